import { listVerifiedConnections } from '../connections/store.ts';
import { getExternalId } from '../external-ids/get.ts';
import { notFound, Problem } from '../http/problem.ts';
import { endRotation } from './end.ts';
import { findFailingConnections } from './probe-roles.ts';
import { formatConnections, type RotationDeps, type RotationInput } from './rotation.ts';

/**
 * Retires the successor. Connections that moved to it return to the current external ID. If one of their roles no longer
 * allows the current ID, the rotation is not cancelled, because that connection would stop working.
 * @throws Problem `not_found` (also if no rotation is running), `conflict`, `aws_throttled`, `aws_unavailable`
 */
export async function cancelRotation(deps: RotationDeps, input: RotationInput): Promise<void> {
  const { current, successor } = await getExternalId(deps, input);
  if (!current || !successor) throw notFound();
  const verified = await listVerifiedConnections(deps.database, input.tenantId);
  const moved = verified.filter((connection) => connection.verifiedExternalIdId === successor.id);
  const failing = await findFailingConnections(deps, moved, current);
  if (failing.length > 0) {
    throw new Problem(
      'conflict',
      `${formatConnections(failing)} would stop working: the trust policy no longer allows the current external ID. Have the customer add it again, or complete the rotation.`,
    );
  }
  await endRotation(deps, input, { keep: current, retire: successor, probed: moved });
}
