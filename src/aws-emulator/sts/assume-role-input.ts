import { AwsError } from '../aws-error.ts';
import type { Tag } from '../iam/roles.ts';
import { Validation } from '../iam/validate.ts';
import type { Query } from '../query.ts';
import { readTags } from './tags.ts';

export const EXTERNAL_ID = { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ };
const NAME = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ };
const ARN = { min: 20, max: 2048 };
const POLICY = { min: 1, max: 2048, pattern: /^[\t\n\r\u0020-\u00ff]+$/ };
const ROLE_ARN =
  /^arn:(aws|aws-cn|aws-us-gov|aws-eusc|aws-iso(?:-[bef])?):iam::(\d{12}):role(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]{1,64})$/;
/** Session policies and their ARNs count together, in characters. */
const LONGEST_POLICIES = 2048;
const MOST_POLICY_ARNS = 10;

/** The parameters of AssumeRole, checked as far as they can be without the role. */
export interface AssumeRoleInput {
  readonly role: {
    readonly arn: string;
    readonly partition: string;
    readonly accountId: string;
    readonly name: string;
  };
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId: string | null;
  readonly sourceIdentity: string | null;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  /** How full the policies and tags are, in percent; `null` when none were sent. */
  readonly packedPolicySize: number | null;
}

/**
 * Reads the parameters of AssumeRole (AWS STS API reference: AssumeRole).
 *
 * @throws AwsError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge, InvalidParameterValue.
 */
export function readAssumeRole(query: Query): AssumeRoleInput {
  const check = new Validation();
  const arn = check.required('roleArn', query.get('RoleArn'), ARN);
  const sessionName = check.required('roleSessionName', query.get('RoleSessionName'), NAME);
  const externalId = query.get('ExternalId');
  check.text('externalId', externalId, EXTERNAL_ID);
  const sourceIdentity = query.get('SourceIdentity');
  check.text('sourceIdentity', sourceIdentity, NAME);
  const durationSeconds = check.integer('durationSeconds', query.get('DurationSeconds'), {
    min: 900,
    max: 43_200,
  });
  const policies = readPolicies(query, check);
  const tags = readTags(query, 'Tags', check);
  check.done();
  const [, partition = '', accountId = '', , name = ''] = ROLE_ARN.exec(arn) ?? [];
  if (name === '') throw new AwsError('ValidationError', `${arn} is invalid`);
  if (query.get('SerialNumber') !== undefined || query.get('TokenCode') !== undefined) {
    throw new AwsError(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
  }
  const tagsSize = tags.reduce((size, { key, value }) => size + key.length + value.length, 0);
  if (policies !== null) assertPacks(policies + tagsSize);
  return {
    role: { arn, partition, accountId, name },
    sessionName,
    durationSeconds: durationSeconds ?? 3600,
    externalId: externalId ?? null,
    sourceIdentity: sourceIdentity ?? null,
    tags,
    transitiveTagKeys: query.list('TransitiveTagKeys') ?? [],
    packedPolicySize: policies === null && tags.length === 0 ? null : percent((policies ?? 0) + tagsSize),
  };
}

/** AWS packs policies and tags together, to a size that it does not document; here the characters of both count. */
function assertPacks(size: number): void {
  if (size <= LONGEST_POLICIES) return;
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${Math.ceil((size / LONGEST_POLICIES) * 100)}% of allotted space, please use smaller policy.`,
  );
}

function percent(size: number): number {
  return Math.min(100, Math.max(1, Math.ceil((size / LONGEST_POLICIES) * 100)));
}

/** Checks the session policies; their size in characters, or `null` when there are none. */
function readPolicies(query: Query, check: Validation): number | null {
  const policy = query.get('Policy');
  check.text('policy', policy, POLICY);
  const arns = query.structures('PolicyArns', ['arn']).map(({ arn }) => arn);
  for (const [index, arn] of arns.entries()) check.required(`policyArns.${index + 1}.member.arn`, arn, ARN);
  if (policy === undefined && arns.length === 0) return null;
  check.done();
  if (policy !== undefined && !isPolicy(policy))
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  if (arns.length > MOST_POLICY_ARNS) {
    throw new AwsError('ValidationError', `The number of policy ARNs must be ${MOST_POLICY_ARNS} or fewer.`);
  }
  const size = [policy, ...arns].reduce((sum, text) => sum + (text?.length ?? 0), 0);
  assertPacks(size);
  return size;
}

/** Whether a text is a permissions policy, by its outline: the local AWS has no permissions to evaluate. */
export function isPolicy(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return (
      typeof document === 'object' &&
      document !== null &&
      'Statement' in document &&
      typeof document.Statement === 'object'
    );
  } catch {
    return false;
  }
}
