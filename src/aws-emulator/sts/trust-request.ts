import type { TrustRequest } from '../../trust-policy/request-keys.ts';
import { AwsError } from '../aws-error.ts';
import type { Caller } from '../caller.ts';
import type { Role, Tag } from '../iam/roles.ts';
import type { AssumeRoleInput } from './assume-role-input.ts';
import type { Session } from './sessions.ts';

type Context = NonNullable<TrustRequest['context']>;

/** The request to assume a role as its trust policy gets to see it. */
export function trustRequest(
  action: string,
  input: AssumeRoleInput,
  caller: Caller,
  context: Context,
): TrustRequest {
  const { session, partition, accountId, userId, arn } = caller;
  return {
    action,
    externalId: input.externalId,
    context,
    principal:
      session === null
        ? { type: 'root', arn, accountId, userId, partition }
        : { type: 'role', arn: session.roleArn, sessionArn: arn, accountId, userId, partition },
  };
}

/**
 * The condition keys of an AssumeRole (AWS global condition context keys; IAM and AWS STS condition context keys).
 * Keys whose value a local AWS cannot know, such as aws:PrincipalOrgID or aws:MultiFactorAuthPresent, are absent.
 */
export function sessionContext(
  input: AssumeRoleInput,
  role: Role | undefined,
  caller: Caller,
  request: { readonly now: Date; readonly userAgent: string },
): Context {
  const { session } = caller;
  const tagKeys = input.tags.map(({ key }) => key);
  const sourceIdentity = session?.sourceIdentity ?? input.sourceIdentity;
  return {
    'aws:CurrentTime': seconds(request.now.getTime()),
    'aws:EpochTime': String(Math.floor(request.now.getTime() / 1000)),
    'aws:RequestedRegion': caller.region,
    // AWS is reached over TLS alone; a policy that insists on it must work here as it does there.
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
    ...(session === null ? {} : callingSessionContext(session)),
  };
}

function callingSessionContext(session: NonNullable<Caller['session']>): Context {
  return {
    'aws:TokenIssueTime': seconds(session.issuedAt * 1000),
    ...(session.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': session.sourceIdentity }),
    ...tagContext('aws:PrincipalTag', session.roleTags),
    ...tagContext(
      'aws:PrincipalTag',
      Object.entries(session.tags).map(([key, value]) => ({ key, value })),
    ),
  };
}

function seconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}

function tagContext(prefix: string, tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [`${prefix}/${key}`, value]));
}

/**
 * The tags of the new session: those sent, and those that the calling session passes on.
 *
 * @throws AwsError InvalidParameterValue when one that is passed on is sent anew, or a transitive key has no tag.
 */
export function sessionTags(
  input: AssumeRoleInput,
  { session }: Caller,
): Pick<Session, 'tags' | 'transitiveTagKeys'> {
  const inherited = session?.transitiveTagKeys ?? [];
  const inheritedLower = new Set(inherited.map((key) => key.toLowerCase()));
  if (input.tags.some(({ key }) => inheritedLower.has(key.toLowerCase()))) {
    throw new AwsError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const sent = new Set(input.tags.map(({ key }) => key));
  if (input.transitiveTagKeys.some((key) => !sent.has(key))) {
    throw new AwsError(
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    );
  }
  const passedOn = inherited.map((key) => [key, session?.tags[key] ?? '']);
  const own = input.tags.map(({ key, value }) => [key, value]);
  return {
    tags: Object.fromEntries([...passedOn, ...own]),
    transitiveTagKeys: [...inherited, ...input.transitiveTagKeys],
  };
}
