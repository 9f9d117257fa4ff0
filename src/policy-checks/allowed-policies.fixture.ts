import {
  allow,
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

const OTHER_VENDOR_ROLE = `arn:aws:iam::${VENDOR}:role/Other`;

/** Policies that allow the vendor with the correct external ID, but have another fault. */
export const ALLOWED_POLICIES: PolicyCase[] = [
  { name: 'no condition', policy: onlyAllow({}), verdict: 'unsafe', codes: ['external_id_not_demanded'] },
  {
    name: 'a second statement without a condition',
    policy: correctAnd(allow()),
    verdict: 'unsafe',
    codes: ['external_id_not_demanded'],
  },
  {
    name: 'StringEqualsIfExists',
    policy: onlyAllow((externalId) => condition('StringEqualsIfExists', externalId)),
    verdict: 'unsafe',
    codes: ['if_exists'],
  },
  {
    name: 'ForAllValues:StringEquals',
    policy: onlyAllow((externalId) => condition('ForAllValues:StringEquals', externalId)),
    verdict: 'unsafe',
    codes: ['for_all_values'],
  },
  {
    name: 'StringNotEquals on another ID',
    policy: onlyAllow(condition('StringNotEquals', 'bad')),
    verdict: 'unsafe',
    codes: ['negated_operator'],
  },
  {
    name: 'Null false',
    policy: onlyAllow(condition('Null', false)),
    verdict: 'unsafe',
    codes: ['null_condition'],
  },
  {
    name: 'StringEqualsIgnoreCase',
    policy: onlyAllow((externalId) => condition('StringEqualsIgnoreCase', externalId)),
    verdict: 'unsafe',
    codes: ['case_ignored'],
  },
  {
    name: 'the pattern *',
    policy: onlyAllow(condition('StringLike', '*')),
    verdict: 'unsafe',
    codes: ['wildcard'],
  },
  {
    name: 'the beginning of the ID followed by *',
    policy: onlyAllow((externalId) => condition('StringLike', `${externalId.slice(0, 8)}-*`)),
    verdict: 'unsafe',
    codes: ['wildcard'],
  },
  {
    name: '* followed by the end of the ID',
    policy: onlyAllow((externalId) => condition('StringLike', `*${externalId.slice(8)}`)),
    verdict: 'unsafe',
    codes: ['wildcard'],
  },
  {
    name: 'the policy variable sts:ExternalId',
    policy: onlyAllow(condition('StringEquals', variable('sts:ExternalId'))),
    verdict: 'unsafe',
    codes: ['variable'],
  },
  {
    name: 'another ID in the list',
    policy: onlyAllow((externalId) => condition('StringEquals', [externalId, OTHER_ID])),
    verdict: 'safe',
    codes: ['other_external_id'],
  },
  {
    name: 'the ID in capital letters in the list',
    policy: onlyAllow((externalId) => condition('StringEquals', [externalId, externalId.toUpperCase()])),
    verdict: 'unsafe',
    codes: ['other_external_id'],
  },
  {
    name: 'the principal *',
    policy: onlyAllow((externalId) => ({ Principal: '*', ...requiring(externalId) })),
    verdict: 'safe',
    codes: ['wildcard_principal'],
  },
  {
    name: "another account in the vendor's statement",
    policy: onlyAllow((externalId) => ({
      Principal: { AWS: [ROOT, '222222222222'] },
      ...requiring(externalId),
    })),
    verdict: 'safe',
    codes: ['other_accounts'],
  },
  {
    name: 'NotAction',
    policy: onlyAllow((externalId) => ({
      Action: undefined,
      NotAction: 'sts:TagSession',
      ...requiring(externalId),
    })),
    verdict: 'safe',
    codes: ['not_action'],
  },
  {
    name: 'the action sts:*',
    policy: onlyAllow((externalId) => ({ Action: 'sts:*', ...requiring(externalId) })),
    verdict: 'safe',
    codes: ['broad_action'],
  },
  {
    name: 'no Version',
    policy: (externalId) => ({ Statement: allow(requiring(externalId)) }),
    verdict: 'safe',
    codes: ['version_old'],
  },
  {
    name: "a statement for another role in the vendor's account, without an ID",
    policy: correctAnd(allow({ Principal: { AWS: OTHER_VENDOR_ROLE } })),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  {
    name: "a statement for another role in the vendor's account, with any ID",
    policy: correctAnd(allow({ Principal: { AWS: OTHER_VENDOR_ROLE }, ...condition('StringLike', '*') })),
    verdict: 'safe',
    codes: ['wildcard'],
  },
  {
    name: "a statement for everyone, narrowed to another role in the vendor's account",
    policy: correctAnd(
      allow({ Principal: '*', ...condition('ArnLike', OTHER_VENDOR_ROLE, 'aws:PrincipalArn') }),
    ),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
  {
    name: "a statement for the vendor's account, narrowed to another role",
    policy: correctAnd(allow(condition('StringEquals', OTHER_VENDOR_ROLE, 'aws:PrincipalArn'))),
    verdict: 'safe',
    codes: ['external_id_not_demanded'],
  },
];
