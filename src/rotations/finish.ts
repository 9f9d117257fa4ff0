import { setTimeout as delay } from 'node:timers/promises';
import { recordEvents } from '../audit/record.ts';
import { overBudget, stsProblem } from '../aws/sts-problem.ts';
import type { Connection } from '../connections/connection.ts';
import { listVerifiedConnections, moveConnections } from '../connections/store.ts';
import { type Outcome, outcomeOf } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import type { ExternalId, ExternalIdStatus } from '../external-ids/external-id.ts';
import { readExternalIds, setExternalIdState } from '../external-ids/store.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { lockTenant } from '../tenants/store.ts';
import { probeRole } from '../verification/probe.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'sts' | 'log'>;

interface Input {
  principal: Principal;
  actor: Actor;
  tenantId: string;
}

/** How many roles are asked at once when a rotation ends: ten calls, which the smallest budget of a tenant allows. */
const ROLES_AT_ONCE = 2;
/** How often one role waits for the budget of calls, or else a tenant with many roles could never end a rotation. */
const MOST_WAITS = 5;

/**
 * Retires the old ID, once every verified connection has been proven with the successor. Each is asked once more at
 * this moment: a customer may have taken the new ID out again since, and then lives on the old one.
 * @throws Problem `rotation_incomplete`, `conflict` (no rotation), `aws_throttled`, `aws_unavailable`
 */
export async function completeRotation(deps: Needs, input: Input): Promise<ExternalIdStatus> {
  const { current, successor } = await readRotation(deps, input);
  if (!current || !successor) {
    throw new Problem('conflict', 'No rotation is running. Start one before it can be completed.');
  }
  const verified = await listVerifiedConnections(deps.database, input.tenantId);
  assertAllMoved(verified, successor);
  const notAdmitting = await rolesNotAdmitting(deps, verified, successor);
  if (notAdmitting.length > 0) throw incomplete(notAdmitting);
  return endRotation(deps, input, { keep: successor, retire: current });
}

/**
 * Retires the successor. A connection that moved to it already moves back, if its role still admits the old ID;
 * otherwise the rotation is not cancelled, since that connection would stop working.
 * @throws Problem `not_found` (no rotation), `conflict`, `aws_throttled`, `aws_unavailable`
 */
export async function cancelRotation(deps: Needs, input: Input): Promise<void> {
  const { current, successor } = await readRotation(deps, input);
  if (!current || !successor) throw notFound();
  const verified = await listVerifiedConnections(deps.database, input.tenantId);
  const moved = verified.filter((connection) => connection.verifiedExternalIdId === successor.id);
  const notAdmitting = await rolesNotAdmitting(deps, moved, current);
  if (notAdmitting.length > 0) {
    throw new Problem(
      'conflict',
      `The rotation cannot be cancelled: ${named(notAdmitting)} no longer admit${notAdmitting.length === 1 ? 's' : ''} the old external ID and would stop working. Put the old ID back into the trust policy, or complete the rotation.`,
    );
  }
  await endRotation(deps, input, { keep: current, retire: successor, moved });
}

async function readRotation(deps: Needs, input: Input): Promise<ExternalIdStatus> {
  assertTenantAccess(input.principal, input.tenantId);
  const status = await readExternalIds(deps.database, input.tenantId);
  if (!status.current && status.retired.length === 0) throw notFound();
  return status;
}

/** The roles that do not pass all probes with this ID. Without an answer from AWS nothing is decided. */
async function rolesNotAdmitting(
  deps: Needs,
  connections: Connection[],
  externalId: ExternalId,
): Promise<Connection[]> {
  const failing: Connection[] = [];
  for (let i = 0; i < connections.length; i += ROLES_AT_ONCE) {
    await Promise.all(
      connections.slice(i, i + ROLES_AT_ONCE).map(async (connection) => {
        if ((await askPatiently(deps, connection, externalId)) !== 'verified') failing.push(connection);
      }),
    );
  }
  return failing;
}

async function askPatiently(deps: Needs, connection: Connection, externalId: ExternalId): Promise<Outcome> {
  const { tenantId, roleArn } = connection;
  for (let waits = 0; ; waits++) {
    const probed = await probeRole(deps, { tenantId, roleArn, externalId: externalId.value });
    const outcome = outcomeOf(probed.checks);
    if (outcome !== 'inconclusive') return outcome;
    const { retryAfterSeconds, throttled, checks } = probed;
    if (retryAfterSeconds === null) throw stsProblem(throttled ? 'throttled' : 'unavailable', checks);
    if (waits === MOST_WAITS) throw overBudget(retryAfterSeconds);
    await delay(retryAfterSeconds * 1000);
  }
}

/** Under the tenant's lock: nothing may have moved since the roles were asked. */
async function endRotation(
  deps: Needs,
  input: Input,
  end: { keep: ExternalId; retire: ExternalId; moved?: Connection[] },
): Promise<ExternalIdStatus> {
  const { tenantId, actor } = input;
  const { keep, retire, moved = [] } = end;
  const completing = keep.state === 'successor';
  return deps.database.transaction(async (database) => {
    await lockTenant(database, tenantId);
    const now = await readExternalIds(database, tenantId);
    const [live, dying] = completing ? [now.successor, now.current] : [now.current, now.successor];
    if (live?.id !== keep.id || dying?.id !== retire.id) {
      throw new Problem('conflict', 'The rotation was ended by another request meanwhile.');
    }
    const verified = await listVerifiedConnections(database, tenantId);
    if (completing) assertAllMoved(verified, keep);
    const known = new Set(moved.map((connection) => connection.id));
    if (!completing && verified.some((one) => one.verifiedExternalIdId === retire.id && !known.has(one.id))) {
      throw new Problem('conflict', 'A connection moved to the new external ID just now. Try again.');
    }
    await moveConnections(database, { tenantId, from: retire.id, to: keep.id, now: deps.clock.now() });
    await setExternalIdState(database, retire.id, 'retired');
    if (completing) await setExternalIdState(database, keep.id, 'current');
    const detail = { externalId: keep.value, retired: retire.value };
    await recordEvents(
      database,
      deps.clock,
      {
        tenantId,
        actor,
        action: completing ? 'rotation.completed' : 'rotation.cancelled',
        outcome: 'success',
        detail,
      },
      {
        tenantId,
        actor,
        action: 'external_id.retired',
        outcome: 'success',
        detail: { externalId: retire.value },
      },
    );
    return readExternalIds(database, tenantId);
  });
}

function assertAllMoved(verified: Connection[], successor: ExternalId): void {
  const late = verified.filter((connection) => connection.verifiedExternalIdId !== successor.id);
  if (late.length > 0) throw incomplete(late);
}

function incomplete(late: Connection[]): Problem {
  return new Problem(
    'rotation_incomplete',
    `${named(late)} ${late.length === 1 ? 'has' : 'have'} not been proven with the new external ID. Let the customer put both IDs into the trust policy, verify, and complete the rotation then.`,
  );
}

function named(connections: Connection[]): string {
  const shown = connections.slice(0, 5).map((connection) => connection.id);
  const more = connections.length - shown.length;
  return `${connections.length === 1 ? 'The connection' : 'The connections'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
