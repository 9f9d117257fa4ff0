import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { endOf, hashSecret, newSecret, type Person } from './session.ts';
import { insertSession } from './store.ts';

/** Signs a person in. Returns the secret of the new session, for the browser's cookie. */
export async function createConsoleSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  { person, requestId }: { person: Person; requestId: string | null },
): Promise<string> {
  const secret = newSecret();
  const now = deps.clock.now();
  await deps.database.transaction(async (database) => {
    await insertSession(database, {
      ...person,
      hash: hashSecret(secret),
      createdAt: now,
      lastSeenAt: now,
      endsAt: endOf(now, now),
    });
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor: { type: 'staff', id: person.subject, name: person.name, requestId },
      action: 'console.signed_in',
      outcome: 'success',
      detail: { method: person.method, role: person.role },
    });
  });
  return secret;
}
