import type { AuthorizationRequest } from '../../trust-policy/conditions/request-context.ts';
import type { Caller } from '../caller.ts';
import type { Role } from '../iam/roles.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { Tag } from '../protocol/read-tags.ts';
import type { AssumeRoleInput } from './assume-role-input.ts';
import type { Session } from './sessions.ts';

type ConditionContext = NonNullable<AuthorizationRequest['context']>;

/** Builds the request that the role's trust policy is evaluated for. */
export function buildAuthorizationRequest(
  action: string,
  input: AssumeRoleInput,
  caller: Caller,
  context: ConditionContext,
): AuthorizationRequest {
  const { type, session, partition, accountId, userId, arn } = caller;
  return {
    action,
    externalId: input.externalId,
    context,
    principal:
      session === null
        ? { type, arn, accountId, userId, partition }
        : { type, arn: session.roleArn, sessionArn: arn, accountId, userId, partition },
  };
}

/**
 * Builds the condition keys of an AssumeRole call (AWS global condition context keys; IAM and AWS STS condition context
 * keys). Keys whose value the emulator does not know, such as aws:PrincipalOrgID or aws:MultiFactorAuthPresent, are
 * absent.
 */
export function buildConditionContext(
  input: AssumeRoleInput,
  role: Role | undefined,
  caller: Caller,
  request: { readonly now: Date; readonly userAgent: string },
): ConditionContext {
  const { session } = caller;
  const tagKeys = input.tags.map(({ key }) => key);
  const sourceIdentity = session?.sourceIdentity ?? input.sourceIdentity;
  return {
    'aws:CurrentTime': formatSeconds(request.now.getTime()),
    'aws:EpochTime': String(Math.floor(request.now.getTime() / 1000)),
    'aws:RequestedRegion': caller.region,
    // AWS is only reachable over TLS, so a policy that requires it must also work here.
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:UserAgent': request.userAgent,
    'aws:ViaAWSService': 'false',
    'sts:RoleSessionName': input.sessionName,
    ...(sourceIdentity === null ? {} : { 'sts:SourceIdentity': sourceIdentity }),
    ...(tagKeys.length === 0 ? {} : { 'aws:TagKeys': tagKeys }),
    ...(input.transitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': input.transitiveTagKeys }),
    ...tagContext('aws:RequestTag', input.tags),
    ...(role === undefined
      ? {}
      : { ...tagContext('aws:ResourceTag', role.tags), 'aws:ResourceAccount': role.accountId }),
    ...(session === null ? {} : callerSessionContext(session)),
  };
}

function callerSessionContext(session: NonNullable<Caller['session']>): ConditionContext {
  return {
    'aws:TokenIssueTime': formatSeconds(session.issuedAt * 1000),
    ...(session.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': session.sourceIdentity }),
    ...tagContext('aws:PrincipalTag', session.roleTags),
    ...tagContext(
      'aws:PrincipalTag',
      Object.entries(session.tags).map(([key, value]) => ({ key, value })),
    ),
  };
}

function formatSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}/, '');
}

function tagContext(prefix: string, tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [`${prefix}/${key}`, value]));
}

/**
 * Combines the tags of the request with the transitive tags of the calling session.
 *
 * @throws AwsError InvalidParameterValue when the request changes a transitive tag of the calling session, or contains a
 *   transitive key without a tag
 */
export function resolveSessionTags(
  input: AssumeRoleInput,
  { session }: Caller,
): Pick<Session, 'tags' | 'transitiveTagKeys'> {
  const inheritedKeys = session?.transitiveTagKeys ?? [];
  const inheritedLowerKeys = new Set(inheritedKeys.map((key) => key.toLowerCase()));
  if (input.tags.some(({ key }) => inheritedLowerKeys.has(key.toLowerCase()))) {
    throw new AwsError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const requestedKeys = new Set(input.tags.map(({ key }) => key));
  if (input.transitiveTagKeys.some((key) => !requestedKeys.has(key))) {
    throw new AwsError(
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    );
  }
  const inheritedTags = inheritedKeys.map((key) => [key, session?.tags[key] ?? '']);
  const requestedTags = input.tags.map(({ key, value }) => [key, value]);
  return {
    tags: Object.fromEntries([...inheritedTags, ...requestedTags]),
    transitiveTagKeys: [...inheritedKeys, ...input.transitiveTagKeys],
  };
}
