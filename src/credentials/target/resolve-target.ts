import type { Deps } from '../../deps.ts';
import { notFound } from '../../http/problem.ts';
import type { Principal } from '../../identity/principal.ts';
import { requestedProfileName } from '../session/session.ts';
import type { CredentialTarget } from './credential-target.ts';

/**
 * Reads the current state of the connection, its tenant and the access profile that applies to this worker's request.
 * @throws Problem `not_found`
 */
export async function resolveTarget(
  { connectionLookup }: Pick<Deps, 'connectionLookup'>,
  request: { principal: Principal; tenantId: string; connectionId: string; profile: string | null },
): Promise<CredentialTarget> {
  const { tenantId, connectionId } = request;
  const profile = requestedProfileName(request.principal, request.profile);
  const target = await connectionLookup({ tenantId, connectionId, profile });
  if (!target) throw notFound();
  return target;
}
