import { recordEvents } from '../audit/record.ts';
import { assertRoleAllowed, type Connection, type ConnectionStatus } from '../connections/connection.ts';
import { findConnection, updateConnection } from '../connections/store.ts';
import { outcomeOf, type Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { readExternalIds } from '../external-ids/store.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findTenant, lockTenant } from '../tenants/store.ts';
import { explain } from './explain.ts';
import { type OnCheck, probeRole } from './probe.ts';
import { probeSessionAttributes } from './probe-session-attributes.ts';

export type VerifyDeps = Pick<
  Deps,
  'onConnected' | 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics'
>;

interface Finding {
  verification: Verification;
  /** The ID that the role was admitted with. */
  externalId: ExternalId;
}

/**
 * Asks AWS whether a connection's role demands the tenant's external ID, and writes down what it found: the
 * connection's status follows. While a rotation runs the successor is tried first, so that a role which admits it
 * moves; a role that only knows the old ID stays proven with that.
 * @throws Problem `not_found`, `tenant_not_active`, `conflict` (disabled), `role_not_allowed`
 */
export async function verifyConnection(
  deps: VerifyDeps,
  input: { actor: Actor; tenantId: string; connectionId: string; onCheck?: OnCheck },
): Promise<Verification> {
  const tenant = await findTenant(deps.database, input.tenantId);
  const connection = await findConnection(deps.database, {
    id: input.connectionId,
    tenantId: input.tenantId,
  });
  if (!tenant || !connection) throw notFound();
  if (tenant.status !== 'active') {
    throw new Problem('tenant_not_active', `This tenant is ${tenant.status}; its roles are not verified.`);
  }
  if (connection.status === 'disabled') {
    throw new Problem('conflict', 'This connection is disabled. Enable it before it is verified.');
  }
  // Again, not only when it was registered: the vendor may have declared further accounts as its own since.
  assertRoleAllowed(connection.roleArn, {
    partition: deps.config.vendor.partition,
    ownAccountIds: deps.config.ownAccountIds,
  });
  const attempt = async (): Promise<Verification | null> => {
    const { current, successor } = await readExternalIds(deps.database, tenant.id);
    if (!current) throw new Error(`active tenant ${tenant.id} has no current external ID`);
    // The successor twice: a role that is changed from the old ID to the new one in between has denied each in its turn.
    const candidates: [ExternalId, ...ExternalId[]] = successor ? [successor, current, successor] : [current];
    const finding = await probeCandidates(deps, connection, candidates, input.onCheck);
    return recordFinding(deps, input, finding);
  };
  // A rotation may end while the role is asked: then it is asked again, with the ID that is left.
  const recorded = (await attempt()) ?? (await attempt());
  if (!recorded) {
    throw new Problem('conflict', 'The rotation of the external ID ended during this check. Check again.');
  }
  deps.metrics.verifications.inc({ outcome: recorded.outcome });
  return recorded;
}

async function probeCandidates(
  deps: VerifyDeps,
  connection: Connection,
  candidates: [ExternalId, ...ExternalId[]],
  onCheck: OnCheck | undefined,
): Promise<Finding> {
  const found = async (externalId: ExternalId): Promise<Finding> => {
    // By this the later of two verifications is known, so it is when this ID was asked for and not the one before it.
    const checkedAt = deps.clock.now().toISOString();
    const { checks, throttled, retryAfterSeconds } = await probeRole(deps, {
      tenantId: connection.tenantId,
      roleArn: connection.roleArn,
      externalId: externalId.value,
      onCheck,
    });
    const outcome = outcomeOf(checks);
    const profileCheck =
      outcome === 'verified' ? await probeSessionAttributes(deps, connection, externalId.value) : null;
    const words = explain(outcome, checks, {
      roleArn: connection.roleArn,
      externalIds: [...new Set(candidates.map((id) => id.value))],
      rotating: candidates.length > 1,
      profileCheck,
    });
    const retry =
      outcome === 'inconclusive' ? { retryAfterSeconds: retryAfterSeconds ?? (throttled ? 10 : 5) } : {};
    return {
      externalId,
      verification: { outcome, checkedAt, checks, ...(profileCheck && { profileCheck }), ...words, ...retry },
    };
  };
  let finding = await found(candidates[0]);
  for (const candidate of candidates.slice(1)) {
    if (finding.verification.outcome !== 'not_assumable') break;
    finding = await found(candidate);
  }
  return finding;
}

const STATUS_AFTER: Record<Exclude<Verification['outcome'], 'inconclusive'>, ConnectionStatus> = {
  verified: 'verified',
  external_id_not_enforced: 'insecure',
  not_assumable: 'unreachable',
};

/**
 * Writes a finding down under the tenant's lock, where no rotation can end at the same time. null: the role was admitted
 * with an ID that has been retired since, which says nothing.
 */
async function recordFinding(
  deps: VerifyDeps,
  input: { actor: Actor; tenantId: string; connectionId: string },
  { verification, externalId }: Finding,
): Promise<Verification | null> {
  return deps.database.transaction(async (database) => {
    await lockTenant(database, input.tenantId);
    const before = await findConnection(database, { id: input.connectionId, tenantId: input.tenantId });
    if (!before) throw notFound();
    const now = deps.clock.now();
    const { outcome } = verification;
    if (before.status === 'disabled') return verification;
    // Two verifications at once: the later one stands, unless the earlier one saw something worse.
    const last = before.lastVerification;
    const overtaken =
      last !== null && last.outcome !== 'inconclusive' && last.checkedAt > verification.checkedAt;
    if (overtaken && (outcome === 'verified' || outcome === 'inconclusive')) return verification;
    if (outcome === 'inconclusive') {
      await updateConnection(database, before.id, { lastVerification: verification }, now);
      return verification;
    }
    if (outcome === 'verified' && !(await isLive(database, input.tenantId, externalId))) return null;
    await updateConnection(
      database,
      before.id,
      {
        status: STATUS_AFTER[outcome],
        lastVerification: verification,
        lastCheckedAt: now,
        ...(outcome === 'verified' && { verifiedExternalIdId: externalId.id }),
      },
      now,
    );
    const degraded = before.status === 'verified';
    if (outcome === 'verified' && !degraded) await deps.onConnected(database, input.actor);
    await recordEvents(database, deps.clock, {
      tenantId: input.tenantId,
      actor: input.actor,
      action:
        outcome === 'verified'
          ? 'connection.verified'
          : degraded
            ? 'connection.degraded'
            : 'connection.refused',
      outcome: outcome === 'verified' ? 'success' : 'failure',
      detail: {
        connectionId: before.id,
        roleArn: before.roleArn,
        result: outcome,
        ...(outcome === 'verified' && { externalId: externalId.value }),
        checks: verification.checks.map((check) => `${check.probe}: ${check.observed}`),
        ...(verification.profileCheck && { profileCheck: { ...verification.profileCheck } }),
      },
    });
    return verification;
  });
}

async function isLive(
  database: Deps['database'],
  tenantId: string,
  externalId: ExternalId,
): Promise<boolean> {
  const { current, successor } = await readExternalIds(database, tenantId);
  return externalId.id === current?.id || externalId.id === successor?.id;
}
