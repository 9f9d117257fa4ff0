import { evaluateTrustPolicy } from '../../trust-policy/evaluate.ts';
import { parseTrustPolicyText } from '../../trust-policy/parse/parse-text.ts';
import type { Caller } from '../caller.ts';
import { currentTrustPolicy } from '../iam/principals.ts';
import { type Role, roleArn } from '../iam/roles.ts';
import { generateUniqueId } from '../iam/unique-id.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { XmlObject } from '../protocol/xml.ts';
import { type AssumeRoleInput, parseAssumeRoleInput } from './assume-role-input.ts';
import {
  buildAuthorizationRequest,
  buildConditionContext,
  resolveSessionTags,
} from './authorization-request.ts';
import { issueSessionCredentials, type Session } from './sessions.ts';

/** The limit for a session that another session creates (AWS STS API reference: AssumeRole). */
const MAX_CHAINED_SESSION_SECONDS = 3600;

export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
  AssumeRole: assumeRole,
};

function assumeRole(context: OperationContext): XmlObject {
  const { caller, parameters, roles, now } = context;
  const input = parseAssumeRoleInput(parameters);
  // AWS lets no root user assume a role (IAM User Guide, "Compare AWS STS credentials").
  if (caller.type === 'root')
    throw new AwsError('AccessDenied', 'Roles may not be assumed by root accounts.');
  if (caller.session !== null && input.durationSeconds > MAX_CHAINED_SESSION_SECONDS) {
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
  const session = createSession(input, role, caller, now);
  const credentials = issueSessionCredentials(session, roles.secret);
  return {
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${session.sessionName}`,
      Arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${session.sessionName}`,
    },
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(session.expiresAt * 1000).toISOString().replace('.000', ''),
    },
    PackedPolicySize: input.packedPolicySize ?? undefined,
  };
}

/**
 * Returns the role if its trust policy allows every action of the request.
 *
 * A missing role is denied like an existing one. Otherwise anyone could find out which roles an account has.
 *
 * @throws AwsError AccessDenied
 */
function authorize({ caller, roles, now, userAgent }: OperationContext, input: AssumeRoleInput): Role {
  const role = roles.findByArn(input.role.arn);
  const trust = role === undefined ? undefined : parseTrustPolicyText(currentTrustPolicy(role, roles));
  const context = buildConditionContext(input, role, caller, { now, userAgent });
  for (const action of requiredActions(input, caller)) {
    const isAllowed =
      trust?.ok === true &&
      // No trust policy can allow a caller from another partition.
      input.role.partition === caller.partition &&
      evaluateTrustPolicy(trust.policy, buildAuthorizationRequest(action, input, caller, context))
        .decision === 'allowed';
    if (!isAllowed) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.role.arn}`,
      );
    }
  }
  if (role === undefined) throw new AwsError('InternalFailure', 'A missing role allowed a caller.');
  return role;
}

/** Session tags and a source identity need their own permissions, even when the calling session passes them on. */
function requiredActions(input: AssumeRoleInput, { session }: Caller): string[] {
  const hasTags = input.tags.length > 0 || (session?.transitiveTagKeys.length ?? 0) > 0;
  const hasSourceIdentity = input.sourceIdentity !== null || session?.sourceIdentity !== undefined;
  return [
    'sts:AssumeRole',
    ...(hasTags ? ['sts:TagSession'] : []),
    ...(hasSourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
}

function createSession(input: AssumeRoleInput, role: Role, caller: Caller, now: Date): Session {
  const { tags, transitiveTagKeys } = resolveSessionTags(input, caller);
  const inheritedIdentity = caller.session?.sourceIdentity;
  if (
    inheritedIdentity !== undefined &&
    input.sourceIdentity !== null &&
    input.sourceIdentity !== inheritedIdentity
  ) {
    throw new AwsError(
      'AccessDenied',
      'The source identity of a session cannot be changed by role chaining.',
    );
  }
  const sourceIdentity = inheritedIdentity ?? input.sourceIdentity ?? undefined;
  const issuedAt = Math.floor(now.getTime() / 1000);
  return {
    accessKeyId: generateUniqueId('ASIA'),
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
