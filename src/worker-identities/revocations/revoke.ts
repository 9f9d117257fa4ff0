import { recordEvents } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { invalidRequest } from '../../http/problem.ts';
import type { Actor } from '../../identity/principal.ts';
import { newId } from '../../lib/ids.ts';
import { insertRevocation } from './store.ts';
import { type TokenRevocation, toAuditDetail } from './token-revocation.ts';

interface RevokeInput {
  actor: Actor;
  identity: string;
  subject: string | null;
  issuedBefore: Date | null;
}

/**
 * Revokes a worker's tokens from the next request on, on every replica. Their issuer is not involved.
 * @throws Problem `validation_failed` for an identity that is not configured, because a typo would revoke nothing
 */
export async function revokeTokens(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  { actor, ...tokens }: RevokeInput,
): Promise<TokenRevocation> {
  if (!deps.config.workerIdentities.some(({ name }) => name === tokens.identity)) {
    const message = `is not the name of a worker identity in COUNTERSIGN_WORKER_IDENTITIES_FILE: "${tokens.identity}"`;
    throw invalidRequest([{ path: 'identity', message }]);
  }
  return deps.database.transaction(async (database) => {
    const revocation = { id: newId('revocation'), ...tokens, createdAt: deps.clock.now() };
    await insertRevocation(database, revocation);
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor,
      action: 'tokens.revoked',
      outcome: 'success',
      detail: toAuditDetail(revocation),
    });
    return revocation;
  });
}
