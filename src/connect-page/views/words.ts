import type { ConnectionStatus } from '../../connections/connection.ts';
import type { Observed, Probe } from '../../connections/verification.ts';

export const STATUS_WORDS: Record<ConnectionStatus, string> = {
  pending: 'Not checked yet',
  verified: 'Connected',
  insecure: 'Not safe',
  unreachable: 'No access',
  disabled: 'Switched off',
};

/** What each probe tries, as the customer reads it. */
export const PROBE_WORDS: Record<Probe, { name: string; tells: string }> = {
  correct: { name: 'With your external ID', tells: 'must be let in' },
  missing: { name: 'Without an external ID', tells: 'must be refused' },
  wrong: { name: 'With a made-up ID', tells: 'must be refused' },
  case_changed: { name: 'With your ID in capitals', tells: 'must be refused' },
  extended: { name: 'With your ID and one more character', tells: 'must be refused' },
};

/** What a policy that was only read would do, where nobody asked AWS. */
export const FORETOLD_WORDS: Record<Observed, string> = {
  allowed: 'Would let us in',
  denied: 'Would refuse',
  unknown: 'Cannot be told',
};

export const OBSERVED_WORDS: Record<Observed, string> = {
  allowed: 'AWS let us in',
  denied: 'AWS refused',
  unknown: 'No answer',
};
