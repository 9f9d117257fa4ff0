import { randomUUID } from 'node:crypto';
import type { AssumedRole, SessionOptions } from '../aws/sts.ts';

/** STS allows 900 s and more; an AssumeRole made with a role's own credentials ends at 3600 s (API reference). */
export const DURATION_SECONDS = { least: 900, most: 3600, default: 3600 } as const;

/** The AWS SDK for JavaScript gives up on a container endpoint after 1 s, botocore after 2 s; then each asks again. */
export const SDK_PATIENCE_MS = 800;

/** Temporary credentials of one connection, with the name that CloudTrail shows for their session. */
export interface Credentials extends AssumedRole {
  sessionName: string;
}

/** What tells two cached credentials apart: the tenant first, and everything that changes the result. */
export interface CredentialKey {
  tenantId: string;
  connectionId: string;
  externalId: string;
  workerKeyId: string;
  durationSeconds: number;
  session: SessionOptions | null;
}

/**
 * A session name that is never used twice and names tenant and worker to whoever reads CloudTrail: the suffixes of
 * their IDs, whole, and the last ten digits of a random UUID; 64 in all, which is what STS allows.
 */
export function newSessionName(tenantId: string, workerKeyId: string): string {
  const suffix = (id: string): string => id.slice(id.indexOf('_') + 1);
  return `${suffix(tenantId)}-${suffix(workerKeyId)}-${randomUUID().slice(-10)}`;
}

/** `session_attributes_denied`: the role admits the ID, and denied what marks the session. `settled`: the connection says what is so. */
export type DenialOutcome = 'session_attributes_denied' | 'settled';
