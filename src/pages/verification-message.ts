import type { Check, Outcome } from '../connections/verification.ts';

/** One line of the response that streams a verification to the page's script. */
export type VerificationMessage =
  | ({ type: 'check' } & Check)
  | { type: 'outcome'; outcome: Outcome; retryAfterSeconds: number | null }
  | { type: 'problem'; code: string; message: string };
