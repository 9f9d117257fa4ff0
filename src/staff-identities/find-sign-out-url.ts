import type { Deps } from '../deps.ts';
import { providerFailure } from './provider-failure.ts';

/** The provider's page that ends the person's session there; null if there is none, or if the provider cannot be reached. */
export async function findSignOutUrl(
  { staffProvider, log }: Pick<Deps, 'staffProvider' | 'log'>,
  options: { returnUrl: string; idToken: string | null },
): Promise<URL | null> {
  if (staffProvider === null) return null;
  try {
    return await staffProvider.signOutUrl(options);
  } catch (error) {
    const { issuer } = staffProvider.settings;
    log.warn({ issuer, ...providerFailure(error) }, 'Nobody could be signed out at the OpenID provider');
    return null;
  }
}
