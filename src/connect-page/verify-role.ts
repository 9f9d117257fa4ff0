import {
  actorOfSession,
  type ConnectSession,
  principalOfSession,
} from '../connect-links/sessions/session.ts';
import { getConnection } from '../connections/get.ts';
import type { Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { limitVerifications } from '../rate-limits/limit-tenant.ts';
import type { OnCheck } from '../verification/probe.ts';
import { type VerifyDeps, verifyConnection } from '../verification/verify.ts';

interface Input {
  session: ConnectSession;
  connectionId: string;
}

/**
 * Asserts that the connection belongs to the session's tenant, and consumes one of the tenant's verifications.
 * @throws Problem `not_found`, `rate_limited`
 */
export async function authorizeVerification(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  { session, connectionId }: Input,
): Promise<void> {
  const { tenantId } = session.link;
  await getConnection(deps, { principal: principalOfSession(session), tenantId, connectionId });
  await limitVerifications(deps, tenantId);
}

/** Verifies the role and passes each check to `onCheck` as soon as it is made. */
export async function verifyRole(
  deps: VerifyDeps,
  { session, connectionId, onCheck }: Input & { onCheck?: OnCheck },
): Promise<Verification> {
  return verifyConnection(deps, {
    actor: actorOfSession(session),
    tenantId: session.link.tenantId,
    connectionId,
    ...(onCheck && { onCheck }),
  });
}
