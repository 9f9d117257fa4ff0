import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { actorOf } from '../identity/principal.ts';
import { type ConsoleSession, hashSecret, principalOfSession } from './session.ts';
import { deleteSession, deleteSessionsOf } from './store.ts';

/** Ends one browser's session, or all sessions of its person, from the next request on. */
export async function endConsoleSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { session: ConsoleSession; secret: string; everywhere: boolean },
): Promise<void> {
  const { session, secret, everywhere } = input;
  await deps.database.transaction(async (database) => {
    const sessions = everywhere
      ? await deleteSessionsOf(database, session.subject)
      : await deleteSession(database, hashSecret(secret));
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor: actorOf(principalOfSession(session)),
      action: 'console.signed_out',
      outcome: 'success',
      detail: { sessions },
    });
  });
}
