import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { deleteSession, findSession } from './store.ts';

/** Ends somebody else's session, from the next request on. @throws Problem `not_found` */
export async function revokeConsoleSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  { actor, sessionId }: { actor: Actor; sessionId: string },
): Promise<void> {
  const hash = Buffer.from(sessionId, 'hex');
  await deps.database.transaction(async (database) => {
    const found = await findSession(database, hash);
    if (!found || (await deleteSession(database, hash)) === 0) throw notFound();
    const { subject, name, role } = found.session;
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor,
      action: 'console.session_revoked',
      outcome: 'success',
      detail: { subject, name, role },
    });
  });
}
