import { type Sts, StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { BrokerHealth, BrokerProblem } from './broker-health.ts';
import type { Witness } from './broker-settings.ts';

/**
 * Whose a denial is. AWS gives one answer for a wrong external ID, a missing role and a broker without permission.
 * - `connection`: the broker is known to work, so the denied role is at fault
 * - `broker`: the broker is denied everywhere, so nothing is known about the role
 * - `no_evidence`: there is no evidence, because no canary is configured and no other tenant has a verified connection
 * - `unavailable`: AWS did not answer the question
 */
export type DenialCause = 'connection' | 'broker' | 'no_evidence' | 'unavailable';

export interface AttributionPort {
  sts: Pick<Sts, 'probe'>;
  clock: Clock;
  log: Log;
  health: BrokerHealth;
  /** The vendor's own role that proves that the broker works; null when none is configured. */
  canary: Witness | null;
  /** Verified connections of other tenants than this one, at most one of each tenant. */
  findWitnesses: (excludedTenantId: string | null) => Promise<Witness[]>;
}

/**
 * Attributes a denial of an AssumeRole that began at `startedAt`. Evidence is an allowed call that began later; without
 * one, the canary is assumed, then some other tenants' verified roles, until one is allowed.
 */
async function attributeDenial(
  port: AttributionPort,
  denial: { tenantId: string | null; startedAt: Date },
): Promise<DenialCause> {
  const { health, clock, canary } = port;
  const known = health.evidenceSince(denial.startedAt);
  if (known !== null) return known;
  const startedAt = clock.now();
  const others = await port.findWitnesses(denial.tenantId);
  const witnesses = canary ? [canary, ...others] : others;
  if (witnesses.length === 0) return health.isFailingSince(clock.now()) ? 'broker' : 'no_evidence';
  for (const witness of witnesses) {
    const observed = await probeWitness(port, witness);
    if (observed === 'allowed') return 'connection';
    if (observed === 'unknown') return 'unavailable';
    // While the witnesses are probed, another caller's success is evidence as well.
    if (health.evidenceSince(denial.startedAt) === 'connection') return 'connection';
  }
  health.recordFailing(startedAt, canary ? CANARY_DENIED : ASSUME_ROLE_DENIED);
  return 'broker';
}

/**
 * Attributes denials of one broker, one at a time: while the broker fails every call is denied, and callers that waited
 * share the conclusion of a check that began after their own denial.
 */
export function denialAttribution(port: AttributionPort) {
  let last: Promise<unknown> = Promise.resolve();
  return (denial: { tenantId: string | null; startedAt: Date }): Promise<DenialCause> => {
    const next = last.then(() => attributeDenial(port, denial));
    last = next.catch(() => undefined);
    return next;
  };
}

async function probeWitness(
  { sts, clock, health, log }: AttributionPort,
  { roleArn, externalId }: Witness,
): Promise<'allowed' | 'denied' | 'unknown'> {
  const startedAt = clock.now();
  try {
    const sessionName = `countersign-broker-check-${startedAt.getTime()}`;
    const observed = await sts.probe({ tenantId: null, roleArn, externalId, sessionName });
    if (observed === 'allowed') health.recordAllowed(startedAt);
    return observed;
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    log.warn({ err: error }, 'AWS did not answer whether the broker works');
    return 'unknown';
  }
}

const ASSUME_ROLE_DENIED: BrokerProblem = {
  code: 'assume_role_denied',
  detail: 'AWS denies the broker every role, also those that were verified for several tenants.',
  nextSteps: [
    "Check that the broker's identity policy allows sts:AssumeRole on the customers' roles: countersign vendor-setup prints it.",
    'Check that no service control policy, permissions boundary or session policy of the vendor denies sts:AssumeRole.',
    'Run countersign doctor.',
  ],
};

const CANARY_DENIED: BrokerProblem = {
  code: 'canary_denied',
  detail: 'AWS denies the broker its own canary role.',
  nextSteps: [
    "Check that the broker's identity policy allows sts:AssumeRole on the canary role and the customers' roles: countersign vendor-setup prints it.",
    'Check that the canary role exists, trusts the broker and has COUNTERSIGN_CANARY_EXTERNAL_ID in its condition.',
    'Run countersign doctor.',
  ],
};
