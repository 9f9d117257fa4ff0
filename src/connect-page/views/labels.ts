import type { Observed, Probe } from '../../connections/verification.ts';

export const PROBE_LABELS: Record<Probe, { name: string; expectation: string }> = {
  correct: { name: 'With your external ID', expectation: 'must be let in' },
  missing: { name: 'Without an external ID', expectation: 'must be refused' },
  wrong: { name: 'With another ID', expectation: 'must be refused' },
  case_changed: { name: 'With your ID in capitals', expectation: 'must be refused' },
  extended: { name: 'With your ID and one more character', expectation: 'must be refused' },
};

/** Results of probes that AWS answered. The page's script shows the same labels. */
export const OBSERVED_LABELS: Record<Observed, string> = {
  allowed: 'AWS let us in',
  denied: 'AWS refused',
  unknown: 'No answer',
};

export const NOT_PROBED_LABEL = 'Not asked';

/** Results that were predicted from the text of a policy, without a call to AWS. */
export const PREDICTED_LABELS: Record<Observed, string> = {
  allowed: 'Would let us in',
  denied: 'Would refuse',
  unknown: 'Cannot be told',
};
