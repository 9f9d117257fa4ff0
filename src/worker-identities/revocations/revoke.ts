import { recordEvents } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { invalidRequest } from '../../http/problem.ts';
import type { Actor } from '../../identity/principal.ts';
import { newId } from '../../lib/ids.ts';
import { insertRevocation } from './store.ts';
import type { TokenRevocation } from './token-revocation.ts';

export interface RevokeInput {
  actor: Actor;
  identity: string;
  subject: string | null;
  issuedBefore: Date | null;
}

/**
 * Refuses a worker's tokens from the next request on, on every replica, though their issuer stands by them.
 * @throws Problem `validation_failed` for an identity that is not configured, which would revoke nothing
 */
export async function revokeTokens(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  { actor, ...tokens }: RevokeInput,
): Promise<TokenRevocation> {
  if (!deps.config.workerIdentities.some(({ name }) => name === tokens.identity)) {
    const message = `there is no worker identity "${tokens.identity}" in COUNTERSIGN_WORKER_IDENTITIES_FILE`;
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
      detail: detailOf(revocation),
    });
    return revocation;
  });
}

export function detailOf({ id, identity, subject, issuedBefore }: TokenRevocation) {
  return { revocationId: id, identity, subject, issuedBefore: issuedBefore?.toISOString() ?? null };
}
