import type { SessionAttributeKind } from './broker-settings.ts';

/** Attributes of a session, each of which the trust policy of the assumed role has to allow. */
export interface RequiredAttributes {
  sessionTags: boolean;
  sourceIdentity: boolean;
}

/**
 * The actions that session attributes require beside `sts:AssumeRole` (IAM User Guide, "Pass session tags in AWS STS",
 * "Monitor and control actions taken with assumed roles").
 */
export type AttributeAction = 'sts:TagSession' | 'sts:SetSourceIdentity';

/**
 * The attributes that the broker's session passes on to every role that it assumes. Transitive session tags and the source
 * identity of a session go along by themselves, and AWS denies AssumeRole if the role does not allow them.
 */
export function passedOnAttributes(kind: SessionAttributeKind): RequiredAttributes {
  return {
    sessionTags: kind === 'tags' || kind === 'both',
    sourceIdentity: kind === 'source-identity' || kind === 'both',
  };
}

export function attributeActions({ sessionTags, sourceIdentity }: RequiredAttributes): AttributeAction[] {
  return [
    ...(sessionTags ? (['sts:TagSession'] as const) : []),
    ...(sourceIdentity ? (['sts:SetSourceIdentity'] as const) : []),
  ];
}

/** The attributes that either of the two requires. */
export const unionOfAttributes = (a: RequiredAttributes, b: RequiredAttributes): RequiredAttributes => ({
  sessionTags: a.sessionTags || b.sessionTags,
  sourceIdentity: a.sourceIdentity || b.sourceIdentity,
});
