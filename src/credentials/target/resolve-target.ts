import type { Deps } from '../../deps.ts';
import { notFound } from '../../http/problem.ts';
import type { Principal } from '../../identity/principal.ts';
import { requestedProfileName } from '../session/session.ts';
import type { CredentialTarget } from './credential-target.ts';

/** The body of a request may arrive long after its key was read. By then, the target may have changed. */
const MAX_AGE_MS = 1_000;

/** The target that was read in one statement with the key of the request, for a request that names no profile. */
export interface TargetReadWithKey {
  target: CredentialTarget | null;
  readAt: Date;
}

interface TargetRequest {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  profile: string | null;
}

/**
 * Returns what was read with the key, unless the request names a profile or was slow; then it reads the target now.
 * @throws Problem `not_found`
 */
export async function resolveTarget(
  deps: Pick<Deps, 'connectionLookup' | 'clock'>,
  request: TargetRequest & { readWithKey: TargetReadWithKey | null },
): Promise<CredentialTarget> {
  const { readWithKey, profile } = request;
  const isCurrent =
    readWithKey !== null && deps.clock.now().getTime() - readWithKey.readAt.getTime() <= MAX_AGE_MS;
  if (!isCurrent || profile !== null) return readTarget(deps, request);
  if (!readWithKey.target) throw notFound();
  return readWithKey.target;
}

/**
 * Reads the current state of the connection, its tenant and the access profile that applies to this worker's request.
 * @throws Problem `not_found`
 */
export async function readTarget(
  { connectionLookup }: Pick<Deps, 'connectionLookup'>,
  request: TargetRequest,
): Promise<CredentialTarget> {
  const { tenantId, connectionId } = request;
  const profile = requestedProfileName(request.principal, request.profile);
  const target = await connectionLookup({ tenantId, connectionId, profile });
  if (!target) throw notFound();
  return target;
}
