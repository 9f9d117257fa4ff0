import { recordEvents } from '../audit/record.ts';
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
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { person, requestId, providerIdentity }: SignIn,
): Promise<string> {
  const secret = newSecret();
  const now = clock.now();
  await database.transaction(async (database) => {
    await insertSession(database, {
      ...person,
      hash: hashSecret(secret),
      createdAt: now,
      lastSeenAt: now,
      endsAt: endOf(now, now),
    });
    await recordEvents(database, clock, {
      tenantId: null,
      actor: { type: 'staff', id: person.subject, name: person.name, requestId },
      action: 'console.signed_in',
      outcome: 'success',
      detail: { method: person.method, role: person.role, ...(providerIdentity && { providerIdentity }) },
    });
  });
  return secret;
}
