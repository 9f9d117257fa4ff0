import { evaluateTrustPolicy } from '../../trust-policy/evaluate.ts';
import { parseTrustPolicyText } from '../../trust-policy/policy-text.ts';
import { AwsError } from '../aws-error.ts';
import type { Caller } from '../caller.ts';
import { type Role, roleArn } from '../iam/roles.ts';
import type { Operation, OperationContext } from '../operation.ts';
import type { XmlObject } from '../xml.ts';
import { type AssumeRoleInput, readAssumeRole } from './assume-role-input.ts';
import { issueKeys, newUniqueId, type Session } from './sessions.ts';
import { sessionContext, sessionTags, trustRequest } from './trust-request.ts';

/** How long a session may last that is made from another session's keys (AWS STS API reference: AssumeRole). */
const LONGEST_CHAINED_SESSION_SECONDS = 3600;

export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
  AssumeRole: assumeRole,
};

function assumeRole(context: OperationContext): XmlObject {
  const { caller, query, roles, now } = context;
  const input = readAssumeRole(query);
  if (caller.session !== null && input.durationSeconds > LONGEST_CHAINED_SESSION_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  const role = authorize(context, input);
  if (input.durationSeconds > role.maxSessionSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const session = newSession(input, role, caller, now);
  const keys = issueKeys(session, roles.secret);
  return {
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${session.sessionName}`,
      Arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${session.sessionName}`,
    },
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: new Date(session.expiresAt * 1000).toISOString().replace('.000', ''),
    },
    PackedPolicySize: input.packedPolicySize ?? undefined,
  };
}

/**
 * The role, when its trust policy admits the caller to all that is asked for.
 *
 * A role that is not there is answered as one that refuses: otherwise anyone could list an account's roles by asking.
 */
function authorize({ caller, roles, now, userAgent }: OperationContext, input: AssumeRoleInput): Role {
  const found = roles.find(input.role, input.role.name);
  const role = found !== undefined && roleArn(found) === input.role.arn ? found : undefined;
  const trust = role === undefined ? undefined : parseTrustPolicyText(role.trustPolicy);
  const context = sessionContext(input, role, caller, { now, userAgent });
  for (const action of actions(input, caller)) {
    const admitted =
      trust?.ok === true &&
      // Partitions do not assume into each other, whatever a trust policy says.
      input.role.partition === caller.partition &&
      evaluateTrustPolicy(trust.policy, trustRequest(action, input, caller, context)).decision === 'allowed';
    if (!admitted) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.role.arn}`,
      );
    }
  }
  if (role === undefined)
    throw new AwsError('InternalFailure', 'A role that is not there admitted a caller.');
  return role;
}

/** Passing tags or an identity on takes permissions of its own, also where they come from the calling session. */
function actions(input: AssumeRoleInput, { session }: Caller): string[] {
  const tagged = input.tags.length > 0 || (session?.transitiveTagKeys.length ?? 0) > 0;
  const identified = input.sourceIdentity !== null || session?.sourceIdentity !== undefined;
  return [
    'sts:AssumeRole',
    ...(tagged ? ['sts:TagSession'] : []),
    ...(identified ? ['sts:SetSourceIdentity'] : []),
  ];
}

function newSession(input: AssumeRoleInput, role: Role, caller: Caller, now: Date): Session {
  const { tags, transitiveTagKeys } = sessionTags(input, caller);
  const inherited = caller.session?.sourceIdentity;
  if (inherited !== undefined && input.sourceIdentity !== null && input.sourceIdentity !== inherited) {
    throw new AwsError(
      'AccessDenied',
      'The source identity of a session cannot be changed by role chaining.',
    );
  }
  const sourceIdentity = inherited ?? input.sourceIdentity ?? undefined;
  const issuedAt = Math.floor(now.getTime() / 1000);
  return {
    accessKeyId: newUniqueId('ASIA'),
    partition: role.partition,
    accountId: role.accountId,
    roleArn: roleArn(role),
    roleId: role.id,
    sessionName: input.sessionName,
    issuedAt,
    expiresAt: issuedAt + input.durationSeconds,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    tags,
    transitiveTagKeys,
  };
}
