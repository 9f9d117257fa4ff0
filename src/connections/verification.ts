import type { Message } from '../lib/message.ts';

/** The probes in the order in which they are made and shown. */
export const PROBES = ['correct', 'missing', 'wrong', 'case_changed', 'extended'] as const;
export const OBSERVATIONS = ['allowed', 'denied', 'unknown'] as const;
export const OUTCOMES = ['verified', 'external_id_not_enforced', 'not_assumable', 'inconclusive'] as const;

/**
 * Why an inconclusive verification has no outcome. Each is the vendor's or AWS's own trouble and says nothing about the
 * role; only a disabled Region is something that the customer can change.
 */
export const FAILURES = [
  'broker_failing',
  'clock_wrong',
  'throttled',
  'budget_exhausted',
  'region_disabled',
  'unavailable',
] as const;

export type Probe = (typeof PROBES)[number];
/** A probe that a role which enforces the external ID denies. */
export type NegativeProbe = Exclude<Probe, 'correct'>;
export type Observed = (typeof OBSERVATIONS)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type ProbeFailure = (typeof FAILURES)[number];

export interface Check {
  probe: Probe;
  expected: 'allowed' | 'denied';
  observed: Observed;
}

/** Whether a role allows the session attributes of an access profile; null: the profile does not use them. */
export interface ProfileCheck {
  profile: string;
  sessionTags: Observed | null;
  sourceIdentity: Observed | null;
}

export interface Verification {
  outcome: Outcome;
  /** Set when the outcome is inconclusive. */
  failure?: ProbeFailure;
  checkedAt: string;
  checks: Check[];
  profileCheck?: ProfileCheck;
  explanation: string;
  nextSteps: string[];
  /** `explanation` and `nextSteps` for pages in other languages. Not part of the API. */
  messages?: { explanation: Message[]; nextSteps: Message[] };
  retryAfterSeconds?: number;
}

export const isNegativeProbe = (probe: Probe): probe is NegativeProbe => probe !== 'correct';

export function getExpectedObservation(probe: Probe): Check['expected'] {
  return isNegativeProbe(probe) ? 'denied' : 'allowed';
}

/**
 * Combines the results of the probes.
 * - While the correct ID is denied, nothing is known: a role that IAM has not propagated yet denies everything, so it
 *   would look safe.
 * - One allowed negative probe is enough to fail, whatever the others returned.
 * - A probe without an answer is never a pass. Only five expected results are.
 */
export function determineOutcome(checks: readonly Check[]): Outcome {
  const observedBy = (probe: Probe): Observed =>
    checks.find((check) => check.probe === probe)?.observed ?? 'unknown';
  if (observedBy('correct') === 'denied') return 'not_assumable';
  if (observedBy('correct') === 'unknown') return 'inconclusive';
  const negatives = PROBES.filter(isNegativeProbe).map(observedBy);
  if (negatives.includes('allowed')) return 'external_id_not_enforced';
  if (negatives.includes('unknown')) return 'inconclusive';
  return 'verified';
}
