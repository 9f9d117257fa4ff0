import type { Deps } from '../deps.ts';
import { createConsoleSession } from './create-session.ts';
import { endOf, hashSecret, newSecret, type Person } from './session.ts';

/** Whoever runs the sandbox. */
const OPERATOR: Person = {
  subject: 'sandbox',
  name: 'sandbox operator',
  method: 'sandbox_link',
  keyId: null,
  role: 'admin',
};

/** Returns a URL that signs in as an admin once, in the sandbox. It ends with this process. */
export function createSandboxLink({
  sandboxLinks,
  clock,
  baseUrl,
}: Pick<Deps, 'sandboxLinks' | 'clock' | 'baseUrl'>): string {
  const secret = newSecret();
  const now = clock.now();
  sandboxLinks.set(idOf(secret), endOf(now, now));
  return `${baseUrl()}/console/open/${secret}`;
}

/** Uses up the link, and returns the secret of a new session for the cookie; null: it was used before, or has expired. */
export async function openSandboxLink(
  deps: Pick<Deps, 'sandboxLinks' | 'database' | 'clock' | 'emulatorUrl'>,
  { secret, requestId }: { secret: string; requestId: string },
): Promise<string | null> {
  const endsAt = deps.sandboxLinks.get(idOf(secret));
  if (deps.emulatorUrl === null || endsAt === undefined || endsAt <= deps.clock.now()) return null;
  deps.sandboxLinks.delete(idOf(secret));
  return createConsoleSession(deps, { person: OPERATOR, requestId });
}

const idOf = (secret: string): string => hashSecret(secret).toString('hex');
