import { randomUUID } from 'node:crypto';
import type { AssumedRole, SessionOptions } from '../aws/sts.ts';

/** STS issues sessions of 900 s or more, and of at most 3600 s if the caller is itself a role (role chaining). */
export const DURATION_SECONDS = { min: 900, max: 3600, default: 3600 } as const;

/** The AWS SDK for JavaScript times out on a container endpoint after 1 s, botocore after 2 s; both then retry. */
export const SDK_MAX_WAIT_MS = 800;

/** Temporary credentials of one connection, with the session name that CloudTrail shows. */
export interface Credentials extends AssumedRole {
  sessionName: string;
}

/** Identifies a cached session. Everything that changes the result of AssumeRole is in it, the tenant first. */
export interface CredentialCacheKey {
  tenantId: string;
  connectionId: string;
  externalId: string;
  workerKeyId: string;
  durationSeconds: number;
  session: SessionOptions | null;
}

/**
 * Returns a unique session name that identifies tenant and worker in CloudTrail: the suffixes of both IDs, and the last
 * ten digits of a random UUID. Together they have 64 characters, the maximum that STS accepts.
 */
export function generateSessionName(tenantId: string, workerKeyId: string): string {
  const suffix = (id: string): string => id.slice(id.indexOf('_') + 1);
  return `${suffix(tenantId)}-${suffix(workerKeyId)}-${randomUUID().slice(-10)}`;
}

/**
 * How a denial by AWS was followed up:
 * - `session_attributes_denied`: the role allows the external ID and denies the session attributes
 * - `status_recorded`: the connection's status in the database takes the denial into account
 */
export type DenialOutcome = 'session_attributes_denied' | 'status_recorded';
