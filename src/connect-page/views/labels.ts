import type { Observed, Probe } from '../../connections/verification.ts';

export const PROBE_LABELS: Record<Probe, { name: string; expectation: string }> = {
  correct: { name: 'With your external ID', expectation: 'must be allowed' },
  missing: { name: 'Without an external ID', expectation: 'must be denied' },
  wrong: { name: 'With another external ID', expectation: 'must be denied' },
  case_changed: { name: 'With your external ID in upper case', expectation: 'must be denied' },
  extended: { name: 'With your external ID and one more character', expectation: 'must be denied' },
};

/** Results of probes that AWS answered. The page's script shows the same labels. */
export const OBSERVED_LABELS: Record<Observed, string> = {
  allowed: 'Allowed',
  denied: 'Denied',
  unknown: 'No answer',
};

export const NOT_PROBED_LABEL = 'Not checked';

/** Results that were predicted from the text of a policy, without a call to AWS. */
export const PREDICTED_LABELS: Record<Observed, string> = {
  allowed: 'Would be allowed',
  denied: 'Would be denied',
  unknown: 'Unknown',
};
