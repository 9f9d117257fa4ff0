import type { Deps } from '../deps.ts';
import { addSession, recordSignIn } from './create-session.ts';
import { hashSecret, newSecret, type Person } from './session.ts';
import { replaceLinkSecret } from './store.ts';

/** Whoever runs the sandbox. */
const OPERATOR: Person = {
  subject: 'sandbox',
  name: 'sandbox operator',
  method: 'sandbox_link',
  keyId: null,
  role: 'admin',
};

/** Returns a URL that signs in as an admin once, in the sandbox. */
export async function createSandboxLink(deps: Pick<Deps, 'database' | 'clock' | 'baseUrl'>): Promise<string> {
  const secret = await addSession(deps.database, OPERATOR, deps.clock.now());
  return `${deps.baseUrl()}/console/open/${secret}`;
}

/** Exchanges the secret of the link for the one of a cookie, so that the link is worth nothing any more; null: it has ended. */
export async function openSandboxLink(
  deps: Pick<Deps, 'database' | 'clock' | 'emulatorUrl'>,
  { secret, requestId }: { secret: string; requestId: string },
): Promise<string | null> {
  if (deps.emulatorUrl === null) return null;
  const cookieSecret = newSecret();
  return deps.database.transaction(async (database) => {
    const change = { from: hashSecret(secret), to: hashSecret(cookieSecret), now: deps.clock.now() };
    if (!(await replaceLinkSecret(database, change))) return null;
    await recordSignIn({ database, clock: deps.clock }, { person: OPERATOR, requestId });
    return cookieSecret;
  });
}
