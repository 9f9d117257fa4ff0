import type { Verdict } from './analyse.ts';
import type { FindingCode } from './finding.ts';
import { allow, demanding, OTHER_ID, policyOf, ROOT, VENDOR } from './policies.fixture.ts';
import type { Raw } from './subject.ts';

export interface Broken {
  named: string;
  policy: (id: string) => unknown;
  verdict: Verdict;
  codes: FindingCode[];
}

const condition = (operator: string, value: unknown, key = 'sts:ExternalId'): Raw => ({
  Condition: { [operator]: { [key]: value } },
});
const alone = (more: Raw | ((id: string) => Raw)) => (id: string) =>
  policyOf(allow(typeof more === 'function' ? more(id) : more));
const beside =
  (...more: Raw[]) =>
  (id: string) =>
    policyOf(allow(demanding(id)), ...more);
const deny = (more: Raw = {}): Raw => ({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', ...more });
const further = (id: string, name: string, keys: Raw): Raw => ({
  Condition: { StringEquals: { 'sts:ExternalId': id }, [name]: keys },
});
const variable = (name: string) => ['$', `{${name}}`].join('');

/** What customers have written, or could have: with what they are to be told. */
export const BROKEN: Broken[] = [
  { named: 'no condition', policy: alone({}), verdict: 'unsafe', codes: ['external_id_not_demanded'] },
  {
    named: 'a second statement without it',
    policy: beside(allow()),
    verdict: 'unsafe',
    codes: ['external_id_not_demanded'],
  },
  {
    named: 'IfExists',
    policy: alone((id) => condition('StringEqualsIfExists', id)),
    verdict: 'unsafe',
    codes: ['if_exists'],
  },
  {
    named: 'ForAllValues',
    policy: alone((id) => condition('ForAllValues:StringEquals', id)),
    verdict: 'unsafe',
    codes: ['for_all_values'],
  },
  {
    named: 'StringNotEquals another',
    policy: alone(condition('StringNotEquals', 'bad')),
    verdict: 'unsafe',
    codes: ['negated_operator'],
  },
  {
    named: 'StringNotEquals the ID',
    policy: alone((id) => condition('StringNotEquals', id)),
    verdict: 'not_assumable',
    codes: ['negated_operator'],
  },
  {
    named: 'Null true',
    policy: alone(condition('Null', 'true')),
    verdict: 'not_assumable',
    codes: ['null_condition'],
  },
  {
    named: 'Null false',
    policy: alone(condition('Null', false)),
    verdict: 'unsafe',
    codes: ['null_condition'],
  },
  {
    named: 'IgnoreCase',
    policy: alone((id) => condition('StringEqualsIgnoreCase', id)),
    verdict: 'unsafe',
    codes: ['case_ignored'],
  },
  { named: 'a star', policy: alone(condition('StringLike', '*')), verdict: 'unsafe', codes: ['wildcard'] },
  {
    named: 'the beginning and a star',
    policy: alone((id) => condition('StringLike', `${id.slice(0, 8)}-*`)),
    verdict: 'unsafe',
    codes: ['wildcard'],
  },
  {
    named: 'a star and the end, which no probe sees',
    policy: alone((id) => condition('StringLike', `*${id.slice(8)}`)),
    verdict: 'safe',
    codes: ['wildcard'],
  },
  {
    named: 'a variable',
    policy: alone(condition('StringEquals', variable('sts:ExternalId'))),
    verdict: 'unsafe',
    codes: ['variable'],
  },
  {
    named: 'a variable with nothing behind it',
    policy: alone(condition('StringEquals', variable('aws:username'))),
    verdict: 'not_assumable',
    codes: ['variable'],
  },
  {
    named: 'another ID in the list',
    policy: alone((id) => condition('StringEquals', [id, OTHER_ID])),
    verdict: 'safe',
    codes: ['other_external_id'],
  },
  {
    named: 'the ID in capitals too',
    policy: alone((id) => condition('StringEquals', [id, id.toUpperCase()])),
    verdict: 'unsafe',
    codes: ['other_external_id'],
  },
  {
    named: 'a placeholder',
    policy: alone(condition('StringEquals', 'YOUR_EXTERNAL_ID')),
    verdict: 'not_assumable',
    codes: ['wrong_external_id'],
  },
  {
    named: "another's ID",
    policy: alone(condition('StringEquals', OTHER_ID)),
    verdict: 'not_assumable',
    codes: ['wrong_external_id'],
  },
  {
    named: 'capitals',
    policy: alone((id) => condition('StringEquals', id.toUpperCase())),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    named: 'white space',
    policy: alone((id) => condition('StringEquals', `${id}\n`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    named: 'braces',
    policy: alone((id) => condition('StringEquals', `{${id}}`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    named: 'curly quotes',
    policy: alone((id) => condition('StringEquals', `\u201c${id}\u201d`)),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    named: 'a character lost',
    policy: alone((id) => condition('StringEquals', id.slice(1))),
    verdict: 'not_assumable',
    codes: ['external_id_mistyped'],
  },
  {
    named: 'a key that does not exist',
    policy: alone((id) => condition('StringEquals', id, 'aws:ExternalId')),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    named: 'a number operator',
    policy: alone((id) => condition('ArnEquals', id)),
    verdict: 'not_assumable',
    codes: ['operator_unsuited'],
  },
  {
    named: 'the vendor missing',
    policy: alone({ Principal: { Service: 'ec2.amazonaws.com' } }),
    verdict: 'not_assumable',
    codes: ['vendor_not_trusted'],
  },
  {
    named: 'our ID for a service',
    policy: alone((id) => ({ Principal: { Service: 'ec2.amazonaws.com' }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['vendor_not_trusted'],
  },
  {
    named: 'one digit off',
    policy: alone((id) => ({ Principal: { AWS: 'arn:aws:iam::999988887778:root' }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    named: 'two digits swapped',
    policy: alone((id) => ({ Principal: { AWS: '999988878777' }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    named: 'another account with our ID',
    policy: alone((id) => ({ Principal: { AWS: '123456789012' }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['wrong_account'],
  },
  {
    named: 'another partition',
    policy: alone((id) => ({ Principal: { AWS: `arn:aws-cn:iam::${VENDOR}:root` }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['wrong_partition'],
  },
  {
    named: 'another role of ours',
    policy: alone((id) => ({ Principal: { AWS: `arn:aws:iam::${VENDOR}:role/Other` }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['other_principal'],
  },
  {
    named: 'a deleted principal',
    policy: alone((id) => ({ Principal: { AWS: 'AROAEXAMPLE234567890A' }, ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['other_principal'],
  },
  {
    named: 'everybody',
    policy: alone((id) => ({ Principal: '*', ...demanding(id) })),
    verdict: 'safe',
    codes: ['wildcard_principal'],
  },
  {
    named: 'another account beside ours',
    policy: alone((id) => ({ Principal: { AWS: [ROOT, '222222222222'] }, ...demanding(id) })),
    verdict: 'safe',
    codes: ['other_accounts'],
  },
  {
    named: 'SAML',
    policy: alone((id) => ({ Action: 'sts:AssumeRoleWithSAML', ...demanding(id) })),
    verdict: 'not_assumable',
    codes: ['wrong_action'],
  },
  {
    named: 'NotAction',
    policy: alone((id) => ({ Action: undefined, NotAction: 'sts:TagSession', ...demanding(id) })),
    verdict: 'safe',
    codes: ['not_action'],
  },
  {
    named: 'every action',
    policy: alone((id) => ({ Action: 'sts:*', ...demanding(id) })),
    verdict: 'safe',
    codes: ['broad_action'],
  },
  {
    named: 'MFA',
    policy: alone((id) => further(id, 'Bool', { 'aws:MultiFactorAuthPresent': 'true' })),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    named: 'their organization',
    policy: alone((id) => further(id, 'StringLike', { 'aws:PrincipalOrgID': 'o-abcdefghij' })),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    named: 'a source account',
    policy: alone((id) => further(id, 'StringLike', { 'aws:SourceAccount': '111111111111' })),
    verdict: 'not_assumable',
    codes: ['condition_not_met'],
  },
  {
    named: 'a principal ARN that is not ours',
    policy: alone((id) => further(id, 'ArnLike', { 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:role/Old` })),
    verdict: 'not_assumable',
    codes: ['principal_arn_mismatch'],
  },
  {
    named: 'an address instead of the ID',
    policy: alone(condition('IpAddress', '203.0.113.7', 'aws:SourceIp')),
    verdict: 'not_assumable',
    codes: ['external_id_not_demanded', 'condition_not_met'],
  },
  {
    named: 'a Deny without our ID',
    policy: beside(deny(condition('StringNotEquals', OTHER_ID))),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  { named: 'a Deny of all', policy: beside(deny()), verdict: 'not_assumable', codes: ['deny_hits_us'] },
  {
    named: 'a Deny of other accounts',
    policy: beside(deny(condition('StringNotEquals', '111111111111', 'aws:PrincipalAccount'))),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  {
    named: 'a Deny of us alone',
    policy: beside(deny({ Principal: { AWS: ROOT } })),
    verdict: 'not_assumable',
    codes: ['deny_hits_us'],
  },
  {
    named: 'no Version',
    policy: (id) => ({ Statement: allow(demanding(id)) }),
    verdict: 'safe',
    codes: ['version_old'],
  },
  {
    named: 'a Version of today',
    policy: (id) => ({ Version: '2026-01-02', Statement: [allow(demanding(id))] }),
    verdict: 'invalid',
    codes: ['version_invalid'],
  },
  {
    named: 'a Resource',
    policy: alone((id) => ({ Resource: '*', ...demanding(id) })),
    verdict: 'invalid',
    codes: ['resource_element'],
  },
  {
    named: 'a Resource, and no condition',
    policy: alone({ Resource: '*' }),
    verdict: 'invalid',
    codes: ['resource_element', 'external_id_not_demanded'],
  },
  {
    named: 'a permissions policy',
    policy: () => policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    verdict: 'invalid',
    codes: ['not_a_trust_policy', 'statement_left_out'],
  },
  {
    named: 'NotPrincipal',
    policy: alone((id) => ({ Principal: undefined, NotPrincipal: { AWS: ROOT }, ...demanding(id) })),
    verdict: 'invalid',
    codes: ['not_principal'],
  },
  {
    named: 'a bare principal',
    policy: alone((id) => ({ Principal: ROOT, ...demanding(id) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    named: 'a number for an account',
    policy: alone((id) => ({ Principal: { AWS: Number(VENDOR) }, ...demanding(id) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    named: 'an account with hyphens',
    policy: alone((id) => ({ Principal: { AWS: '9999-8888-7777' }, ...demanding(id) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    named: 'a star in an ARN',
    policy: alone((id) => ({ Principal: { AWS: `arn:aws:iam::${VENDOR}:role/*` }, ...demanding(id) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    named: 'an action without its service',
    policy: alone((id) => ({ Action: 'AssumeRole', ...demanding(id) })),
    verdict: 'invalid',
    codes: ['action_invalid'],
  },
  {
    named: 'an action of IAM',
    policy: alone((id) => ({ Action: ['sts:AssumeRole', 'iam:PassRole'], ...demanding(id) })),
    verdict: 'invalid',
    codes: ['action_invalid'],
  },
  {
    named: 'an operator that does not exist',
    policy: alone((id) => condition('StringEqual', id)),
    verdict: 'invalid',
    codes: ['unknown_operator'],
  },
  {
    named: 'no operator',
    policy: alone((id) => ({ Condition: { 'sts:ExternalId': id } })),
    verdict: 'invalid',
    codes: ['unknown_operator'],
  },
  {
    named: 'a key without its service',
    policy: alone((id) => condition('StringEquals', id, 'ExternalId')),
    verdict: 'invalid',
    codes: ['condition_key_invalid'],
  },
  {
    named: 'an unknown element',
    policy: alone((id) => ({ Comment: 'vendor', ...demanding(id) })),
    verdict: 'invalid',
    codes: ['unknown_element'],
  },
  {
    named: 'a Sid with spaces',
    policy: alone((id) => ({ Sid: 'for the vendor', ...demanding(id) })),
    verdict: 'invalid',
    codes: ['sid_invalid'],
  },
  {
    named: 'a statement without its policy',
    policy: (id) => allow(demanding(id)),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  { named: 'something else', policy: () => ({ hello: 'world' }), verdict: 'invalid', codes: ['malformed'] },
];
