import type { CheckContext } from '../../policy-checks/context.ts';
import type { JsonObject } from '../../policy-checks/json-values.ts';
import {
  allow,
  BROKER,
  condition,
  createContext,
  ID,
  policyOf,
  RETIRED,
  ROOT,
  requiring,
  SUCCESSOR,
  VENDOR,
  variable,
  withBroker,
} from '../../policy-checks/policies.fixture.ts';

type Sample = [pasted: unknown, context?: Partial<CheckContext>];

const RIGHT = JSON.stringify(policyOf(allow(requiring())));
const replacing = (text: string, replacement: string): Sample => [RIGHT.replace(text, replacement)];
const ROLE = 'resource "aws_iam_role" "r" {\n';
const DOCUMENT = 'data.aws_iam_policy_document.d.json';

const TEXTS: Sample[] = [
  [''],
  ['hello'],
  [ROOT],
  [`<pre>${RIGHT}</pre>`],
  [ID],
  [`The policy: ${RIGHT}`],
  ['Statement:\n  - {Effect: Allow'],
  ['Statement: &a\n  - *a'],
  [`Statement: ${'['.repeat(50)}${']'.repeat(50)}`],
  ['data "aws_iam_policy_document" "trust" {\n'],
  [`${ROLE}}\n`],
  [`${ROLE}  assume_role_policy = jsonencode({\n    # (1 unchanged element hidden)\n  })\n}\n`],
  [`${ROLE}  assume_role_policy = jsonencode({ Statement = [], Statement = [] })\n}\n`],
  [
    `${ROLE}  assume_role_policy = ${DOCUMENT}\n}\ndata "aws_iam_policy_document" "d" {\n  source_policy_documents = []\n}\n`,
  ],
  [RIGHT.replaceAll('"Allow"', "'Allow'")],
  replacing('"Allow"', '\u201cAllow\u201d'),
  replacing('"Allow"', '&quot;Allow&quot;'),
  replacing('"Allow"', 'Allow'),
  replacing('"Allow",', '"Allow"'),
  replacing('"Allow",', '"Allow",,'),
  replacing('"Allow",', '"Allow", // vendor\n'),
  replacing('"Allow",', '"Allow",\u00a0'),
  [RIGHT.replace(/\}$/, ',}')],
  [RIGHT.slice(1, -1)],
  [`${RIGHT}}`],
  [`${RIGHT} and more`],
  [RIGHT.slice(0, -3)],
  replacing(':', ''),
  replacing(']', ''),
  replacing('"Allow"', '"Allow\n'),
  [`{"Statement": ${'['.repeat(50)}`],
  replacing('"Effect"', '"Effect": "Deny", "Effect"'),
  [{ Roles: [1, 2].map((n) => ({ RoleName: `Role${n}`, AssumeRolePolicyDocument: { Statement: n } })) }],
];

/** A policy for the vendor that is right except for these elements. */
const but = (overrides: object, context?: Partial<CheckContext>): Sample => [
  policyOf(allow({ ...requiring(), ...overrides })),
  context,
];
const beside = (...statements: unknown[]): Sample => [policyOf(allow(requiring()), ...statements)];
const deny = (overrides: JsonObject): JsonObject => ({ ...allow(overrides), Effect: 'Deny' });
const principal = (value: unknown): Sample => but({ Principal: { AWS: value } });
const externalId = (value: unknown): Sample => [policyOf(allow(requiring(value)))];

const ENFORCED_BY_DENY = deny({ Principal: '*', ...condition('StringNotEquals', ID) });
const MANY = Array.from({ length: 40 }, (_, i) => allow({ Sid: `Statement${i}`, ...requiring() }));
const UNKNOWN_BROKER: Partial<CheckContext> = {
  caller: {
    ...createContext().caller,
    type: 'unknown',
    arn: { patterns: [`arn:aws:iam::${VENDOR}:*`], mayBeAbsent: false },
  },
};

const GRAMMAR: Sample[] = [
  [policyOf(allow({ Conditions: requiring().Condition }))],
  [policyOf(...MANY)],
  [policyOf(...MANY.slice(0, 12))],
  [policyOf()],
  [{ ...policyOf(allow(requiring())), Id: 1 }],
  [{ ...policyOf(allow(requiring())), Version: '2008-10-17' }],
  [{ ...policyOf(allow(requiring())), Resources: [] }],
  [{ ...policyOf(allow(requiring())), Version: '2024-01-01' }],
  [policyOf('statement')],
  but({ Effect: undefined }),
  but({ Effect: 'allows' }),
  but({ Sid: 'a\u200bb', Conditions: 'x', 'Prin\u200bcipals ': 'x' }),
  but({ Action: [] }),
  but({ Condition: [] }),
  but({ Condition: { StringEquals: { 'sts:ExternalId': [[ID]], ExternalID: ID, Tag: 'x' } } }),
  but({ Condition: { 'String\u00a0Equal': { a: 'b' }, Equality: { 'sts:ExternalId': ID } } }),
  [policyOf(allow({ Sid: 'A', ...requiring() }), allow({ Sid: 'A', ...requiring() }))],
  but({ Principal: undefined, NotPrincipal: { Service: [] } }),
  beside({ ...deny({}), Principal: undefined, NotPrincipal: { AWS: [ROOT] } }),
  beside({ ...deny(condition('StringNotEquals', 'x')), Principal: undefined, NotPrincipal: { AWS: [ROOT] } }),
  but({ Principal: { Aws: ROOT, Other: ROOT } }),
  principal([
    'AGPAEXAMPLEEXAMPLE123',
    'AIPAEXAMPLEEXAMPLE123',
    'AKIAEXAMPLEEXAMPLE12',
    '12345',
    'arn:aws:iam::1:x',
  ]),
  principal([`arn:aws:iam::${VENDOR}:group/g`, 'AIDAEXAMPLEEXAMPLE123', `arn:aws-x:iam::${VENDOR}:root`]),
  beside(deny({ Principal: { AWS: ['AROAEXAMPLEEXAMPLE123', 'x'] } })),
  principal(['AROAEXAMPLEEXAMPLE123']),
  [policyOf(allow({ Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } }), allow(requiring()), { Effect: 'Allow' })],
];

const EXPRESSIONS: Sample[] = [
  [{ AssumeRolePolicyDocument: policyOf(allow(requiring({ Ref: 'Id' }))) }],
  but({ Condition: { 'Fn::If': ['HasId', requiring().Condition, { Ref: 'AWS::NoValue' }] } }),
  but({ Condition: { 'Fn::If': ['IsBroken', [], requiring().Condition] } }),
  but({ Condition: { StringEquals: { 'sts:ExternalId': ID, 'aws:PrincipalTag/team': { Ref: 'Team' } } } }),
  principal({ 'Fn::If': ['IsProduction', ROOT, '111122223333'] }),
  externalId([1, 2, 3, 4].map((n) => ({ 'Fn::If': [`Has${n}`, ID, { Ref: 'AWS::NoValue' }] }))),
];

const EXTERNAL_IDS: Sample[] = [
  ...[
    ID.replaceAll('-', ''),
    `"${ID}"`,
    ID.replaceAll('-', '.'),
    ID.slice(0, 20),
    `tenant-${ID}x`,
    `${ID}x`,
    ...['\t', '\n', ' ', '\u3000', '\u200b', '\u2011', '\u201c', '\u00e9'].map((odd) => ID.replace('-', odd)),
    ID.replace('-', '\u00b7'),
    [],
    ID.replace('-', '.'),
    'other-*',
    RETIRED,
    [ID, RETIRED],
  ].map(externalId),
  [policyOf(allow(condition('StringLike', [ID, `${ID.slice(0, -1)}?`])))],
  [policyOf(allow(condition('StringNotEquals', ID)), ENFORCED_BY_DENY)],
  [policyOf(allow(condition('Null', 'true')), ENFORCED_BY_DENY)],
  [policyOf(allow({ Principal: { AWS: [ROOT, '222233334444'] } }))],
  [{ ...policyOf(allow(condition('StringLike', variable('aws:username')))), Version: '2008-10-17' }],
  [policyOf(allow(requiring())), { externalIds: [ID, SUCCESSOR] }],
  [policyOf(allow(requiring('another-id'))), { externalIds: [ID, SUCCESSOR] }],
];

const unmet = (key: string): Sample =>
  but({ Condition: { StringEquals: { 'sts:ExternalId': ID, [key]: 'x' } } });

const ACCESS: Sample[] = [
  ...[
    'aws:SourceVpc',
    'aws:PrincipalArn',
    'aws:PrincipalTag/team',
    'aws:RequestTag/team',
    'sts:RoleSessionName',
  ].map(unmet),
  ...['aws:SourceIdentity', 'aws:CurrentTime', 'aws:RequestedRegion', 'aws:UserAgent', 'aws:userid'].map(
    unmet,
  ),
  ...['aws:PrincipalIsAWSService', 'saml:aud', 'aws:Other', 'aws:PrincipalAccount'].map(unmet),
  but({ Condition: { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } } }),
  but({
    Condition: {
      ...(requiring().Condition as object),
      DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
    },
  }),
  [
    policyOf(
      allow({
        Principal: '*',
        Condition: { StringEquals: { 'sts:ExternalId': ID, 'aws:SourceAccount': '1' } },
      }),
    ),
  ],
  [
    policyOf(
      allow({ Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': ID, 'aws:UserAgent': 'x' } } }),
    ),
  ],
  [policyOf(allow({ Principal: { AWS: BROKER }, ...requiring() })), withBroker(BROKER)],
  [policyOf(allow({ Principal: { AWS: `${BROKER}2` }, ...requiring() })), UNKNOWN_BROKER],
  ...['arn:aws:iam::111122223333:role/x', BROKER].map(
    (arn): Sample => [policyOf(allow(condition('ArnEquals', arn, 'aws:PrincipalArn'))), UNKNOWN_BROKER],
  ),
  principal([BROKER, ROOT]),
  principal([ROOT, ...[1, 2, 3, 4].map((n) => `11112222333${n}`)]),
  but({ Action: undefined, NotAction: 'sts:GetCallerIdentity' }),
  but({ Action: undefined, NotAction: 'sts:Assume*' }),
  but({ Action: 'sts:AssumeRol?' }),
  [policyOf(allow(), ENFORCED_BY_DENY)],
  beside(deny({ Principal: '*', ...condition('StringEquals', 'x', 'aws:UserAgent') })),
  beside(deny({ Principal: { AWS: [ROOT, '111122223333'] } })),
  [policyOf(allow(requiring()), deny({ Principal: { AWS: BROKER } })), UNKNOWN_BROKER],
  but({}, { sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'] }),
  but(
    {},
    {
      sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'],
      passedOnActions: ['sts:TagSession', 'sts:SetSourceIdentity'],
    },
  ),
];

/** Texts and policies for the findings of which the broken policies have no example. */
export const SAMPLES: readonly Sample[] = [...TEXTS, ...GRAMMAR, ...EXPRESSIONS, ...EXTERNAL_IDS, ...ACCESS];
