import { brokerOf } from '../broker/brokers.ts';
import { passedOnAttributes } from '../broker/session-attributes.ts';
import { assertRoleAllowed, type Connection, vendorAccountsOf } from '../connections/connection.ts';
import { findConnection } from '../connections/store.ts';
import { determineOutcome, type ProbeFailure, type Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findTenant } from '../tenants/store.ts';
import { assertTenantActive } from '../tenants/tenant.ts';
import { explainOutcome } from './explain.ts';
import { type OnCheck, probeRole } from './probe.ts';
import { probeSessionAttributes } from './probe-session-attributes.ts';
import { recordVerification, type VerificationResult } from './record.ts';

export type VerifyDeps = Pick<
  Deps,
  'onConnected' | 'brokers' | 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics'
>;

interface VerifyInput {
  actor: Actor;
  tenantId: string;
  connectionId: string;
  onCheck?: OnCheck;
  /** Whether it follows a denial of a session: a worker waits, and what the role allows now is about to be tried. */
  isRecovery?: boolean;
}

/**
 * Probes a connection's role and records the outcome, which decides the connection's status. While a rotation runs, the
 * successor is tried first: a role that allows it moves to it, and any other stays verified with the current ID.
 * @throws Problem `not_found`, `tenant_not_active`, `conflict` (disabled), `role_not_allowed`
 */
export async function verifyConnection(deps: VerifyDeps, input: VerifyInput): Promise<Verification> {
  const connection = await readVerifiableConnection(deps, input);
  const attempt = async (): Promise<Verification | null> => {
    const result = await probeCandidates(deps, connection, await findCandidates(deps, input.tenantId), input);
    return recordVerification(deps, input, result);
  };
  // If a rotation ends during the probes, the role is probed again with the external ID that remains.
  const recorded = (await attempt()) ?? (await attempt());
  if (!recorded) {
    throw new Problem(
      'conflict',
      'The rotation of the external ID ended during this verification. Verify again.',
    );
  }
  deps.metrics.verifications.inc({ outcome: recorded.outcome });
  return recorded;
}

async function readVerifiableConnection(
  { database, config }: VerifyDeps,
  { tenantId, connectionId }: { tenantId: string; connectionId: string },
): Promise<Connection> {
  const tenant = await findTenant(database, tenantId);
  const connection = await findConnection(database, { id: connectionId, tenantId });
  if (!tenant || !connection) throw notFound();
  assertTenantActive(tenant.status);
  if (connection.status === 'disabled')
    throw new Problem('conflict', 'This connection is disabled. Enable it before you verify it.');
  // Registration has checked this already, but the vendor's accounts and partitions may have changed since.
  assertRoleAllowed(connection.roleArn, vendorAccountsOf(config));
  return connection;
}

type Candidates = [ExternalId, ...ExternalId[]];

/** Returns the external IDs to try, in order. */
async function findCandidates({ database }: VerifyDeps, tenantId: string): Promise<Candidates> {
  const { current, successor } = await findExternalIds(database, tenantId);
  if (!current) throw new Error(`active tenant ${tenantId} has no current external ID`);
  // The successor twice: a role that is changed from the current ID to the successor during the probes denies both once.
  return successor ? [successor, current, successor] : [current];
}

async function probeCandidates(
  deps: VerifyDeps,
  connection: Connection,
  candidates: Candidates,
  input: Pick<VerifyInput, 'onCheck' | 'isRecovery'>,
): Promise<VerificationResult> {
  const [first, ...others] = candidates;
  let result = await verifyWith(deps, connection, first, candidates, input);
  for (const candidate of others) {
    if (result.verification.outcome !== 'not_assumable') break;
    result = await verifyWith(deps, connection, candidate, candidates, input);
  }
  return result;
}

/** When an inconclusive verification may be repeated, by its cause. */
const RETRY_SECONDS: Record<ProbeFailure, number> = {
  broker_failing: 30,
  clock_wrong: 5,
  throttled: 10,
  budget_exhausted: 10,
  region_disabled: 300,
  unavailable: 5,
};

async function verifyWith(
  deps: VerifyDeps,
  connection: Connection,
  externalId: ExternalId,
  candidates: Candidates,
  input: Pick<VerifyInput, 'onCheck' | 'isRecovery'>,
): Promise<VerificationResult> {
  // The start of these probes, not of the previous candidate's: this time decides which of two verifications is later.
  const checkedAt = deps.clock.now().toISOString();
  const { checks, failure, retryAfterSeconds } = await probeRole(deps, {
    tenantId: connection.tenantId,
    roleArn: connection.roleArn,
    externalId: externalId.value,
    // A connection that workers use is not given up by one denial more or less.
    confirmations: connection.status === 'verified' ? 4 : 1,
    wasInsecure: connection.status === 'insecure',
    confirmsAtEnd: !input.isRecovery || connection.status !== 'verified',
    onCheck: input.onCheck,
  });
  const outcome = determineOutcome(checks);
  const profileCheck =
    outcome === 'verified' ? await probeSessionAttributes(deps, connection, externalId.value) : null;
  const explanation = explainOutcome(outcome, checks, {
    vendorName: deps.config.vendor.name,
    roleArn: connection.roleArn,
    externalIds: [...new Set(candidates.map((id) => id.value))],
    rotating: candidates.length > 1,
    isLegacy: connection.legacy,
    passedOn: passedOnAttributes(brokerOf(deps, connection.roleArn)?.settings.sessionAttributes ?? 'none'),
    profileCheck,
    failure,
  });
  const cause = failure ?? 'unavailable';
  const inconclusive = { failure: cause, retryAfterSeconds: retryAfterSeconds ?? RETRY_SECONDS[cause] };
  return {
    externalId,
    verification: {
      outcome,
      checkedAt,
      checks,
      ...(profileCheck && { profileCheck }),
      ...explanation,
      ...(outcome === 'inconclusive' && inconclusive),
    },
  };
}
