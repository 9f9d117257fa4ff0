import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { endOf, hashSecret, newSecret, type Person } from './session.ts';
import { insertSession } from './store.ts';

interface SignIn {
  person: Person;
  requestId: string;
  /** Who the person is at the OpenID provider, in its own terms. */
  providerIdentity?: { issuer: string; subject: string };
}

/** Signs a person in. Returns the secret of the new session, for the browser's cookie. */
export async function createConsoleSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  signIn: SignIn,
): Promise<string> {
  return deps.database.transaction(async (database) => {
    const secret = await addSession(database, signIn.person, deps.clock.now());
    await recordSignIn({ database, clock: deps.clock }, signIn);
    return secret;
  });
}

/** Inserts a session that nobody has opened yet, and returns its secret. */
export async function addSession(database: Database, person: Person, now: Date): Promise<string> {
  const secret = newSecret();
  await insertSession(database, {
    ...person,
    hash: hashSecret(secret),
    createdAt: now,
    lastSeenAt: now,
    endsAt: endOf(now, now),
  });
  return secret;
}

export async function recordSignIn(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { person, requestId, providerIdentity }: SignIn,
): Promise<void> {
  await recordEvents(database, clock, {
    tenantId: null,
    actor: { type: 'staff', id: person.subject, name: person.name, requestId },
    action: 'console.signed_in',
    outcome: 'success',
    detail: { method: person.method, role: person.role, ...(providerIdentity && { providerIdentity }) },
  });
}
