import {
  allow,
  condition,
  onlyAllow,
  type PolicyCase,
  policyOf,
  ROOT,
  requiring,
  VENDOR,
} from './policies.fixture.ts';

/** Policies that IAM rejects. */
export const INVALID_POLICIES: PolicyCase[] = [
  {
    name: "today's date as Version",
    policy: (externalId) => ({ Version: '2026-01-02', Statement: [allow(requiring(externalId))] }),
    verdict: 'invalid',
    codes: ['version_invalid'],
  },
  {
    name: 'a Resource',
    policy: onlyAllow((externalId) => ({ Resource: '*', ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['resource_element'],
  },
  {
    name: 'a Resource and no condition',
    policy: onlyAllow({ Resource: '*' }),
    verdict: 'invalid',
    codes: ['resource_element', 'external_id_not_demanded'],
  },
  {
    name: 'the statement of a permissions policy',
    policy: () => policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    verdict: 'invalid',
    codes: ['not_a_trust_policy'],
  },
  {
    name: 'NotPrincipal',
    policy: onlyAllow((externalId) => ({
      Principal: undefined,
      NotPrincipal: { AWS: ROOT },
      ...requiring(externalId),
    })),
    verdict: 'invalid',
    codes: ['not_principal'],
  },
  {
    name: 'a principal without a type',
    policy: onlyAllow((externalId) => ({ Principal: ROOT, ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    name: 'a number as account ID',
    policy: onlyAllow((externalId) => ({ Principal: { AWS: Number(VENDOR) }, ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    name: 'hyphens in the account ID',
    policy: onlyAllow((externalId) => ({ Principal: { AWS: '9999-8888-7777' }, ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    name: 'a wildcard in the ARN of the principal',
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: `arn:aws:iam::${VENDOR}:role/*` },
      ...requiring(externalId),
    })),
    verdict: 'invalid',
    codes: ['principal_invalid'],
  },
  {
    name: 'an action without the service prefix',
    policy: onlyAllow((externalId) => ({ Action: 'AssumeRole', ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['action_invalid'],
  },
  {
    name: 'an IAM action',
    policy: onlyAllow((externalId) => ({
      Action: ['sts:AssumeRole', 'iam:PassRole'],
      ...requiring(externalId),
    })),
    verdict: 'invalid',
    codes: ['action_invalid'],
  },
  {
    name: 'an operator that does not exist',
    policy: onlyAllow((externalId) => condition('StringEqual', externalId)),
    verdict: 'invalid',
    codes: ['unknown_operator'],
  },
  {
    name: 'a condition without an operator',
    policy: onlyAllow((externalId) => ({ Condition: { 'sts:ExternalId': externalId } })),
    verdict: 'invalid',
    codes: ['unknown_operator'],
  },
  {
    name: 'a condition key without the service prefix',
    policy: onlyAllow((externalId) => condition('StringEquals', externalId, 'ExternalId')),
    verdict: 'invalid',
    codes: ['condition_key_invalid'],
  },
  {
    name: 'an unknown element',
    policy: onlyAllow((externalId) => ({ Comment: 'vendor', ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['unknown_element'],
  },
  {
    name: 'spaces in the Sid',
    policy: onlyAllow((externalId) => ({ Sid: 'for the vendor', ...requiring(externalId) })),
    verdict: 'invalid',
    codes: ['sid_invalid'],
  },
  {
    name: 'a statement without a policy around it',
    policy: (externalId) => allow(requiring(externalId)),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  {
    name: 'JSON that is not a policy',
    policy: () => ({ hello: 'world' }),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  {
    name: 'the condition next to the statements',
    policy: (externalId) => ({ ...policyOf(allow()), ...requiring(externalId) }),
    verdict: 'invalid',
    codes: ['unknown_element', 'external_id_not_demanded'],
  },
  {
    name: 'a list inside the list of IDs',
    policy: onlyAllow((externalId) => requiring([[externalId]])),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  {
    name: 'a template reference in place of the ID',
    policy: onlyAllow(requiring({ Ref: 'ExternalId' })),
    verdict: 'undetermined',
    codes: ['unresolved_value'],
  },
  {
    name: 'a list of keys under the operator',
    policy: onlyAllow((externalId) => ({ Condition: { StringEquals: [{ 'sts:ExternalId': externalId }] } })),
    verdict: 'invalid',
    codes: ['malformed'],
  },
];
