export const PROBES = ['correct', 'missing', 'wrong', 'case_changed', 'extended'] as const;

export type Probe = (typeof PROBES)[number];
export type Observed = 'allowed' | 'denied' | 'unknown';
export type Outcome = 'verified' | 'external_id_not_enforced' | 'not_assumable' | 'inconclusive';

export interface Check {
  probe: Probe;
  expected: 'allowed' | 'denied';
  observed: Observed;
}

/** Whether a role admits the marks that a profile puts on sessions; null: it puts none of that kind. */
export interface ProfileCheck {
  profile: string;
  sessionTags: Observed | null;
  sourceIdentity: Observed | null;
}

/** What a verification found, as the API shows it and the database keeps it. */
export interface Verification {
  outcome: Outcome;
  checkedAt: string;
  checks: Check[];
  profileCheck?: ProfileCheck;
  explanation: string;
  nextSteps: string[];
  retryAfterSeconds?: number;
}

export function expectedOf(probe: Probe): Check['expected'] {
  return probe === 'correct' ? 'allowed' : 'denied';
}

/**
 * What the probes mean together. Only five answers as expected are a pass. The right ID comes first: while it is
 * denied, nothing can be said, since a role that is not there yet denies everything and so looks safe. One wrong ID
 * that is admitted is enough to fail, whatever the others say; a probe without an answer is never a pass.
 */
export function outcomeOf(checks: readonly Check[]): Outcome {
  const observed = (probe: Probe): Observed =>
    checks.find((check) => check.probe === probe)?.observed ?? 'unknown';
  if (observed('correct') === 'denied') return 'not_assumable';
  if (observed('correct') === 'unknown') return 'inconclusive';
  const negatives = PROBES.filter((probe) => probe !== 'correct').map(observed);
  if (negatives.includes('allowed')) return 'external_id_not_enforced';
  if (negatives.includes('unknown')) return 'inconclusive';
  return 'verified';
}
