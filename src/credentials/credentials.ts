import type { AssumedRole } from '../aws/sts.ts';
import type { ProbeFailure } from '../connections/verification.ts';

/** STS issues sessions of 900 s or more, and of at most 3600 s if the caller is itself a role (role chaining). */
export const DURATION_SECONDS = { min: 900, max: 3600, default: 3600 } as const;

/** The AWS SDK for JavaScript times out on a container endpoint after 1 s, botocore after 2 s; both then retry. */
export const SDK_MAX_WAIT_MS = 800;

/** Temporary credentials of one connection, with the session name that CloudTrail shows. */
export interface Credentials extends AssumedRole {
  sessionName: string;
}

/**
 * The result of a recovery from a denial by AWS.
 * - `retry`: the role was verified again, or the connection has changed meanwhile: its current state decides
 * - `session_attributes_denied`: the role allows the external ID and denies the session attributes
 * - `not_usable`: the connection is not verified; it is verified again by itself at this time
 * - `unknown`: the vendor or AWS is at fault, so nothing is recorded against the connection
 */
export type Recovery =
  | { outcome: 'retry' }
  | { outcome: 'session_attributes_denied' }
  | { outcome: 'not_usable'; nextVerificationAt: Date | null }
  | { outcome: 'unknown'; failure: ProbeFailure };
