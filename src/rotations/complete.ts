import { listVerifiedConnections } from '../connections/store.ts';
import type { ExternalIdStatus } from '../external-ids/external-id.ts';
import { getExternalId } from '../external-ids/get.ts';
import { Problem } from '../http/problem.ts';
import { endRotation } from './end.ts';
import { findFailingConnections } from './probe-roles.ts';
import { assertAllMoved, assertComplete, type RotationDeps, type RotationInput } from './rotation.ts';

/**
 * Retires the current external ID once every verified connection has been verified with the successor. Each role is probed
 * again first: if its customer has removed the successor since, the role still depends on the current ID.
 * @throws Problem `not_found`, `rotation_incomplete`, `conflict` (no rotation), `aws_throttled`, `aws_unavailable`
 */
export async function completeRotation(deps: RotationDeps, input: RotationInput): Promise<ExternalIdStatus> {
  const { current, successor } = await getExternalId(deps, input);
  if (!current || !successor)
    throw new Problem('conflict', 'No rotation is running. Start one before you complete it.');
  const verified = await listVerifiedConnections(deps.database, input.tenantId);
  assertAllMoved(verified, successor);
  assertComplete(await findFailingConnections(deps, verified, successor));
  return endRotation(deps, input, { keep: successor, retire: current });
}
