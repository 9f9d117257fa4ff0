import { STS_EXTERNAL_ID } from '../../aws/external-id-format.ts';
import { assertPermissionsPolicy } from '../iam/policy-document.ts';
import { AwsError } from '../protocol/aws-error.ts';
import { ParameterValidation } from '../protocol/parameter-validation.ts';
import type { QueryParameters } from '../protocol/query-parameters.ts';
import { readTags, type Tag } from '../protocol/read-tags.ts';

const NAME = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ };
const ARN = { min: 20, max: 2048 };
const POLICY = { min: 1, max: 2048, pattern: /^[\t\n\r\u0020-\u00ff]+$/ };
const ROLE_ARN =
  /^arn:(aws|aws-cn|aws-us-gov|aws-eusc|aws-iso(?:-[bef])?):iam::(\d{12}):role(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]{1,64})$/;
/** The limit for session policies and policy ARNs together, in characters. */
const MAX_SESSION_POLICY_CHARACTERS = 2048;
const MAX_POLICY_ARNS = 10;

/** The parameters of AssumeRole, after all checks that do not depend on the role. */
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
  /** The share of the size limit that policies and tags use, in percent; `null` when there are none. */
  readonly packedPolicySize: number | null;
}

/**
 * Parses the parameters of AssumeRole (AWS STS API reference: AssumeRole).
 *
 * @throws AwsError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge, InvalidParameterValue
 */
export function parseAssumeRoleInput(parameters: QueryParameters): AssumeRoleInput {
  const validation = new ParameterValidation();
  const arn = validation.requireText('roleArn', parameters.get('RoleArn'), ARN);
  const sessionName = validation.requireText('roleSessionName', parameters.get('RoleSessionName'), NAME);
  const externalId = parameters.get('ExternalId');
  validation.checkText('externalId', externalId, STS_EXTERNAL_ID);
  const sourceIdentity = parameters.get('SourceIdentity');
  validation.checkText('sourceIdentity', sourceIdentity, NAME);
  const durationSeconds = validation.parseInteger('durationSeconds', parameters.get('DurationSeconds'), {
    min: 900,
    max: 43_200,
  });
  const policyCharacters = readPolicies(parameters, validation);
  const tags = readTags(parameters, validation);
  validation.assertValid();
  const [, partition = '', accountId = '', , name = ''] = ROLE_ARN.exec(arn) ?? [];
  if (name === '') throw new AwsError('ValidationError', `${arn} is invalid`);
  if (parameters.get('SerialNumber') !== undefined || parameters.get('TokenCode') !== undefined) {
    throw new AwsError(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
  }
  const tagCharacters = tags.reduce((size, { key, value }) => size + key.length + value.length, 0);
  if (policyCharacters !== null) assertPackedSize(policyCharacters + tagCharacters);
  return {
    role: { arn, partition, accountId, name },
    sessionName,
    durationSeconds: durationSeconds ?? 3600,
    externalId: externalId ?? null,
    sourceIdentity: sourceIdentity ?? null,
    tags,
    transitiveTagKeys: parameters.list('TransitiveTagKeys') ?? [],
    packedPolicySize:
      policyCharacters === null && tags.length === 0
        ? null
        : toPercent((policyCharacters ?? 0) + tagCharacters),
  };
}

/** AWS packs policies and tags into a format that it does not document. The emulator counts their characters. */
function assertPackedSize(characters: number): void {
  if (characters <= MAX_SESSION_POLICY_CHARACTERS) return;
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${Math.ceil((characters / MAX_SESSION_POLICY_CHARACTERS) * 100)}% of allotted space, please use smaller policy.`,
  );
}

function toPercent(characters: number): number {
  return Math.min(100, Math.max(1, Math.ceil((characters / MAX_SESSION_POLICY_CHARACTERS) * 100)));
}

/** Validates the session policies. Returns their size in characters, or `null` when there are none. */
function readPolicies(parameters: QueryParameters, validation: ParameterValidation): number | null {
  const policy = parameters.get('Policy');
  validation.checkText('policy', policy, POLICY);
  const arns = parameters.structures('PolicyArns', ['arn']).map(({ arn }) => arn);
  for (const [index, arn] of arns.entries())
    validation.requireText(`policyArns.${index + 1}.member.arn`, arn, ARN);
  if (policy === undefined && arns.length === 0) return null;
  validation.assertValid();
  if (policy !== undefined) assertPermissionsPolicy(policy);
  if (arns.length > MAX_POLICY_ARNS) {
    throw new AwsError('ValidationError', `The number of policy ARNs must be ${MAX_POLICY_ARNS} or fewer.`);
  }
  const characters = [policy, ...arns].reduce((sum, text) => sum + (text?.length ?? 0), 0);
  assertPackedSize(characters);
  return characters;
}
