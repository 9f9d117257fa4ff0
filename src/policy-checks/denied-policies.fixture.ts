import type { JsonObject } from './json-values.ts';
import {
  condition,
  correctAnd,
  OTHER_ID,
  onlyAllow,
  type PolicyCase,
  ROOT,
  requiring,
  VENDOR,
  variable,
} from './policies.fixture.ts';

const deny = (overrides: JsonObject = {}): JsonObject => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  ...overrides,
});
const withOtherCondition = (externalId: string, operator: string, keys: JsonObject): JsonObject => ({
  Condition: { StringEquals: { 'sts:ExternalId': externalId }, [operator]: keys },
});

/** Policies that IAM accepts, but that deny the vendor with the correct external ID. */
export const DENIED_POLICIES: PolicyCase[] = [
  {
    name: 'StringNotEquals on the correct ID',
    policy: onlyAllow((externalId) => condition('StringNotEquals', externalId)),
    verdict: 'not_assumable',
    codes: ['negated_operator'],
  },
  {
    name: 'Null true',
    policy: onlyAllow(condition('Null', 'true')),
    verdict: 'not_assumable',
    codes: ['null_condition'],
  },
  {
    name: 'a policy variable that the request has no value for',
    policy: onlyAllow(condition('StringEquals', variable('aws:username'))),
    verdict: 'not_assumable',
    codes: ['variable'],
  },
  {
    name: 'a placeholder for the ID',
    policy: onlyAllow(condition('StringEquals', 'YOUR_EXTERNAL_ID')),
    verdict: 'not_assumable',
    codes: ['wrong_external_id'],
  },
  {
    name: 'the ID of another tenant',
    policy: onlyAllow(condition('StringEquals', OTHER_ID)),
    verdict: 'not_assumable',
    codes: ['wrong_external_id'],
  },
  {
    name: 'the ID in capital letters',
    policy: onlyAllow((externalId) => condition('StringEquals', externalId.toUpperCase())),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    name: 'white space after the ID',
    policy: onlyAllow((externalId) => condition('StringEquals', `${externalId}\n`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    name: 'braces around the ID',
    policy: onlyAllow((externalId) => condition('StringEquals', `{${externalId}}`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    name: 'curly quotation marks around the ID',
    policy: onlyAllow((externalId) => condition('StringEquals', `\u201c${externalId}\u201d`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    name: 'an ID with one character missing',
    policy: onlyAllow((externalId) => condition('StringEquals', externalId.slice(1))),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    name: 'an ARN operator on the ID',
    policy: onlyAllow((externalId) => condition('ArnEquals', externalId)),
    verdict: 'not_assumable',
    codes: ['operator_unsuited'],
  },
  {
    name: 'no statement for the vendor',
    policy: onlyAllow({ Principal: { Service: 'ec2.amazonaws.com' } }),
    verdict: 'not_assumable',
    codes: ['vendor_not_trusted'],
  },
  {
    name: "the ID in a service's statement",
    policy: onlyAllow((externalId) => ({
      Principal: { Service: 'ec2.amazonaws.com' },
      ...requiring(externalId),
    })),
    verdict: 'not_assumable',
    codes: ['vendor_not_trusted'],
  },
  {
    name: 'one wrong digit in the account ID',
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: 'arn:aws:iam::999988887778:root' },
      ...requiring(externalId),
    })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    name: 'two swapped digits in the account ID',
    policy: onlyAllow((externalId) => ({ Principal: { AWS: '999988878777' }, ...requiring(externalId) })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    name: 'another account with the ID',
    policy: onlyAllow((externalId) => ({ Principal: { AWS: '123456789012' }, ...requiring(externalId) })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    name: 'the account in another partition',
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: `arn:aws-cn:iam::${VENDOR}:root` },
      ...requiring(externalId),
    })),
    verdict: 'invalid',
    codes: ['wrong_partition'],
  },
  {
    name: "another role in the vendor's account",
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: `arn:aws:iam::${VENDOR}:role/Other` },
      ...requiring(externalId),
    })),
    verdict: 'not_assumable',
    codes: ['other_principal'],
  },
  {
    name: 'the unique ID of a deleted principal',
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: 'AROAEXAMPLE234567890A' },
      ...requiring(externalId),
    })),
    verdict: 'not_assumable',
    codes: ['deleted_principal', 'vendor_not_trusted'],
  },
  {
    name: 'sts:AssumeRoleWithSAML',
    policy: onlyAllow((externalId) => ({ Action: 'sts:AssumeRoleWithSAML', ...requiring(externalId) })),
    verdict: 'not_assumable',
    codes: ['wrong_action'],
  },
  {
    name: 'a condition on MFA',
    policy: onlyAllow((externalId) =>
      withOtherCondition(externalId, 'Bool', { 'aws:MultiFactorAuthPresent': 'true' }),
    ),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    name: "a condition on the customer's organization",
    policy: onlyAllow((externalId) =>
      withOtherCondition(externalId, 'StringLike', { 'aws:PrincipalOrgID': 'o-abcdefghij' }),
    ),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    name: 'a condition on aws:SourceAccount',
    policy: onlyAllow((externalId) =>
      withOtherCondition(externalId, 'StringLike', { 'aws:SourceAccount': '111111111111' }),
    ),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    name: 'a condition on another aws:PrincipalArn',
    policy: onlyAllow((externalId) =>
      withOtherCondition(externalId, 'ArnLike', { 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:role/Old` }),
    ),
    verdict: 'not_assumable',
    codes: ['principal_arn_mismatch'],
  },
  {
    name: 'an IP address instead of the ID',
    policy: onlyAllow(condition('IpAddress', '203.0.113.7', 'aws:SourceIp')),
    verdict: 'undetermined',
    codes: ['external_id_not_demanded', 'condition_unknown'],
  },
  {
    name: 'a Deny for every ID except another one',
    policy: correctAnd(deny(condition('StringNotEquals', OTHER_ID))),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  {
    name: 'a Deny for everyone',
    policy: correctAnd(deny()),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  {
    name: 'a Deny for every account except another one',
    policy: correctAnd(deny(condition('StringNotEquals', '111111111111', 'aws:PrincipalAccount'))),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  {
    name: 'a Deny for the vendor alone',
    policy: correctAnd(deny({ Principal: { AWS: ROOT } })),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  ...['sts:External-Id', 'sts:ExternaIId', 'sts:ExternalIds', 'sts:ExternalId ', 'aws:ExternalId'].map(
    (key): PolicyCase => ({
      name: `the condition key "${key}"`,
      policy: onlyAllow((externalId) => condition('StringEquals', externalId, key)),
      verdict: 'not_assumable',
      codes: ['condition_not_met'],
    }),
  ),
];
