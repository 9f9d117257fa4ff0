import type { Deps } from '../deps.ts';
import { createConsoleSession } from './create-session.ts';
import { hashSecret, newSecret } from './session.ts';
import { replaceLinkSecret } from './store.ts';

/** Returns a URL that signs in as an admin once, in the sandbox. */
export async function createSandboxLink(deps: Pick<Deps, 'database' | 'clock' | 'baseUrl'>): Promise<string> {
  const secret = await createConsoleSession(deps, {
    person: {
      subject: 'sandbox',
      name: 'sandbox operator',
      method: 'sandbox_link',
      keyId: null,
      role: 'admin',
    },
    requestId: null,
  });
  return `${deps.baseUrl()}/console/open/${secret}`;
}

/** Exchanges the secret of the link for the one of a cookie, so that the link is worth nothing any more; null: it has ended. */
export async function openSandboxLink(
  deps: Pick<Deps, 'database' | 'clock' | 'emulatorUrl'>,
  secret: string,
): Promise<string | null> {
  if (deps.emulatorUrl === null) return null;
  const cookieSecret = newSecret();
  const opened = await replaceLinkSecret(deps.database, {
    from: hashSecret(secret),
    to: hashSecret(cookieSecret),
    now: deps.clock.now(),
  });
  return opened ? cookieSecret : null;
}
