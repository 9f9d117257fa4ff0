import { actorOfLink, type ConnectSession, principalOfSession } from '../connect-links/session.ts';
import { getConnection } from '../connections/get.ts';
import type { Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { limitVerifications } from '../rate-limits/limit-tenant.ts';
import type { OnCheck } from '../verification/probe.ts';
import { verifyConnection } from '../verification/verify.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics' | 'onConnected'>;
interface Input {
  session: ConnectSession;
  connectionId: string;
}

/**
 * Whether the session may have this connection checked now; takes one of the tenant's checks.
 * @throws Problem `not_found`, for another tenant's as for none; `rate_limited`
 */
export async function admitCheck(deps: Needs, { session, connectionId }: Input): Promise<void> {
  const { tenantId } = session.link;
  await getConnection(deps, { principal: principalOfSession(session), tenantId, connectionId });
  await limitVerifications(deps, tenantId);
}

/** Proves the role, telling of each probe as it is made. */
export async function verifyRole(
  deps: Needs,
  { session, connectionId, onCheck }: Input & { onCheck?: OnCheck },
): Promise<Verification> {
  const { link } = session;
  return verifyConnection(deps, {
    actor: actorOfLink(link),
    tenantId: link.tenantId,
    connectionId,
    ...(onCheck && { onCheck }),
  });
}
