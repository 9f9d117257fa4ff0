import type { SessionAttributes } from '../aws/sts.ts';
import type { ProfileSettings } from './profile.ts';

/** The tags and the source identity that a profile chose, for a tenant and a worker (or who verifies in its place). */
export function buildSessionAttributes(
  profile: Pick<ProfileSettings, 'sessionTags' | 'sourceIdentity'>,
  { tenantId, workerKeyId }: { tenantId: string; workerKeyId: string },
): SessionAttributes {
  return {
    tags: profile.sessionTags
      ? [
          { key: 'countersign:tenant', value: tagText(tenantId) },
          { key: 'countersign:worker', value: tagText(workerKeyId) },
        ]
      : [],
    sourceIdentity: profile.sourceIdentity ? identityText(workerKeyId) : null,
  };
}

export function hasSessionAttributes(marks: SessionAttributes | null): boolean {
  return marks !== null && (marks.tags.length > 0 || marks.sourceIdentity !== null);
}

/** Letters, digits, spaces and `_.:/=+-@`, 256 at most (STS API reference, Tag). */
const tagText = (text: string): string =>
  [...text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-')].slice(0, 256).join('');

/** 2 to 64 of `[\w+=,.@-]` (STS API reference, AssumeRole): without a colon it cannot begin with the reserved `aws:`. */
const identityText = (text: string): string =>
  text
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
