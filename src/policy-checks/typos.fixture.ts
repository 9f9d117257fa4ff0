import type { Broken } from './broken-policies.fixture.ts';
import { allow, demanding, policyOf, VENDOR } from './policies.fixture.ts';

const role = `arn:aws:iam::${VENDOR}:role/Neighbour`;
const equals = (key: string, value: unknown) => ({ Condition: { StringEquals: { [key]: value } } });
const besideUs = (more: object) => (id: string) => policyOf(allow(demanding(id)), allow({ ...more }));

/** Policies that customers may well write, and of which an earlier check said nothing, or not what was wrong. */
export const SLIPS: Broken[] = [
  {
    named: "another role of the vendor's account, which no ID holds back",
    policy: besideUs({ Principal: { AWS: role } }),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  {
    named: "another role of the vendor's account, for any ID",
    policy: besideUs({ Principal: { AWS: role }, Condition: { StringLike: { 'sts:ExternalId': '*' } } }),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  {
    named: "everybody narrowed to another role of the vendor's",
    policy: besideUs({ Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': `${role}*` } } }),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  {
    named: "the vendor's account narrowed to another role",
    policy: besideUs({ ...equals('aws:PrincipalArn', role) }),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  ...['sts:External-Id', 'sts:ExternaIId', 'sts:ExternalIds', 'sts:ExternalId ', 'aws:ExternalId'].map(
    (key): Broken => ({
      named: `the key "${key}"`,
      policy: (id) => policyOf(allow(equals(key, id))),
      verdict: 'not_assumable',
      codes: ['condition_not_met'],
    }),
  ),
  {
    named: 'the condition beside the statements',
    policy: (id) => ({ ...policyOf(allow()), ...demanding(id) }),
    verdict: 'invalid',
    codes: ['unknown_element', 'external_id_not_demanded'],
  },
  {
    named: 'a list inside the list of IDs',
    policy: (id) => policyOf(allow(equals('sts:ExternalId', [[id]]))),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  {
    named: 'a reference of a template in place of the ID',
    policy: () => policyOf(allow(equals('sts:ExternalId', { Ref: 'ExternalId' }))),
    verdict: 'invalid',
    codes: ['malformed'],
  },
  {
    named: 'a list of keys under the operator',
    policy: (id) => policyOf(allow({ Condition: { StringEquals: [{ 'sts:ExternalId': id }] } })),
    verdict: 'invalid',
    codes: ['malformed'],
  },
];
