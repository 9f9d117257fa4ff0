import type { SessionAttributes } from '../aws/sts.ts';
import type { ProfileSettings } from './profile.ts';

/**
 * Builds the session tags and the source identity that a profile enables.
 * @param by.workerKeyId ID of the worker's key or identity; a fixed name for verifications
 */
export function buildSessionAttributes(
  profile: Pick<ProfileSettings, 'sessionTags' | 'sourceIdentity'>,
  by: { tenantId: string; workerKeyId: string },
): SessionAttributes {
  return {
    tags: profile.sessionTags
      ? [
          { key: 'countersign:tenant', value: toTagValue(by.tenantId) },
          { key: 'countersign:worker', value: toTagValue(by.workerKeyId) },
        ]
      : [],
    sourceIdentity: profile.sourceIdentity ? toSourceIdentity(by.workerKeyId) : null,
  };
}

export function hasSessionAttributes(attributes: SessionAttributes | null): boolean {
  return attributes !== null && (attributes.tags.length > 0 || attributes.sourceIdentity !== null);
}

/** STS allows letters, digits, spaces and `_.:/=+-@`, at most 256 characters (STS API reference, Tag). */
const toTagValue = (text: string): string =>
  [...text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-')].slice(0, 256).join('');

/**
 * STS allows 2 to 64 characters of `[\w+=,.@-]` (STS API reference, AssumeRole). Without a colon, the value cannot begin
 * with `aws:`, which is reserved.
 */
const toSourceIdentity = (text: string): string =>
  text
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
