import type { Deps } from '../deps.ts';
import type { StaffProvider } from './provider.ts';
import { providerFailure } from './provider-failure.ts';
import { newSignInAttempt, type SignInAttempt } from './sign-in-attempt.ts';

/**
 * Begins a sign-in: what the browser must keep, and the provider's page to go to; null if the provider cannot be reached.
 * @param input.redirectUri exactly as it is registered at the provider
 */
export async function startSignIn(
  deps: Pick<Deps, 'clock' | 'log'> & { provider: StaffProvider },
  { returnPath, redirectUri }: { returnPath: string; redirectUri: string },
): Promise<{ attempt: SignInAttempt; url: URL } | null> {
  const attempt = newSignInAttempt(returnPath, deps.clock.now());
  try {
    return { attempt, url: await deps.provider.signInUrl(attempt, redirectUri) };
  } catch (error) {
    const { issuer } = deps.provider.settings;
    deps.log.warn({ issuer, ...providerFailure(error) }, 'The OpenID provider of the console is unavailable');
    return null;
  }
}
