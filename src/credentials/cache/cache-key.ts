import { createHash } from 'node:crypto';
import type { SessionOptions } from '../../aws/sts.ts';
import type { AllowedSession } from '../decide.ts';

/** Identifies a cached session. Everything that changes the result of AssumeRole is in it, the tenant first. */
export function cacheKey(session: AllowedSession): string {
  const { tenantId, connectionId, externalId, workerKeyId, durationSeconds, options } = session;
  return [tenantId, connectionId, externalId.value, workerKeyId, durationSeconds, digest(options)].join(' ');
}

/** Digests the content, not the profile's name: after a profile was changed, no request gets a session of the old one. */
function digest(options: SessionOptions | null): string {
  if (options === null) return '-';
  const { policy, policyArns, tags, sourceIdentity } = options;
  const text = JSON.stringify([
    policy,
    policyArns,
    tags.map(({ key, value }) => [key, value]),
    sourceIdentity,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}
