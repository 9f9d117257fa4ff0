import fc from 'fast-check';
import { contextAt } from './check-trust-policy.ts';
import type { Raw, Subject } from './subject.ts';

export const VENDOR = '999988887777';
export const ID = '6f1d2c3b-4a5e-4f60-8b7a-9c0d1e2f3a4b';
export const SUCCESSOR = 'c0ffee00-1234-4abc-9def-001122334455';
export const RETIRED = '0d0d0d0d-1111-4222-8333-abcdefabcdef';
export const OTHER_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
export const BROKER = `arn:aws:iam::${VENDOR}:role/vendor/Broker`;
export const ROOT = `arn:aws:iam::${VENDOR}:root`;

export const subjectOf = (more: Partial<Subject> = {}): Subject => ({
  externalIds: [ID],
  retired: [RETIRED],
  vendor: { name: 'Vendor', accountId: VENDOR, partition: 'aws', brokerRoleArn: null },
  needs: [],
  context: contextAt(new Date('2026-01-02T03:04:05Z'), 'us-east-1'),
  ...more,
});

export const allow = (more: Raw = {}): Raw => ({
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'sts:AssumeRole',
  ...more,
});
export const demanding = (value: unknown = ID): Raw => ({
  Condition: { StringEquals: { 'sts:ExternalId': value } },
});
export const policyOf = (...statements: unknown[]): Raw => ({ Version: '2012-10-17', Statement: statements });

/** A policy variable, not a template's. */
const VARIABLE = ['$', '{sts:ExternalId}'].join('');

const ids = fc.constantFrom(
  ID,
  SUCCESSOR,
  RETIRED,
  OTHER_ID,
  ID.toUpperCase(),
  ` ${ID}`,
  `${ID}-x`,
  `${ID.slice(0, 8)}*`,
  `*${ID.slice(-6)}`,
  '*',
  '?'.repeat(36),
  VARIABLE,
  'YOUR_EXTERNAL_ID',
  '',
);
const some = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));

const idOperators = fc.constantFrom(
  'StringEquals',
  'stringequals',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringEqualsIfExists',
  'StringLikeIfExists',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringLike',
  'ArnLike',
  'NumericEquals',
  'NumericNotEquals',
);
const idCondition = fc.oneof(
  { weight: 4, arbitrary: fc.constant(demanding().Condition as Raw) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(idOperators, fc.constantFrom('sts:ExternalId', 'sts:externalid'), some(ids))
      .map(([operator, key, value]) => ({ [operator]: { [key]: value } })),
  },
  { weight: 1, arbitrary: fc.boolean().map((value) => ({ Null: { 'sts:ExternalId': value } })) },
  { weight: 2, arbitrary: fc.constant({}) },
);
const furtherCondition = fc.constantFrom<Raw>(
  {},
  {},
  {},
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { BoolIfExists: { 'aws:SecureTransport': 'false' } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:role/*` } },
  { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/Admin' } },
  { StringNotEquals: { 'aws:PrincipalAccount': ['111111111111'] } },
  { StringNotEquals: { 'aws:PrincipalAccount': '999988887778' } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
  { StringEquals: { 'aws:SourceAccount': '111111111111' } },
  { StringEquals: { 'aws:username': VARIABLE } },
  { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
);
const awsPrincipal = fc.constantFrom(
  ROOT,
  VENDOR,
  BROKER,
  `arn:aws:sts::${VENDOR}:assumed-role/Broker/i-abc`,
  `arn:aws-cn:iam::${VENDOR}:root`,
  'arn:aws:iam::999988887778:root',
  'arn:aws:iam::222222222222:root',
  '333333333333',
  'AROAEXAMPLE234567890A',
  '*',
);
const principal = fc.oneof(
  { weight: 6, arbitrary: fc.constant<unknown>({ AWS: ROOT }) },
  { weight: 5, arbitrary: some(awsPrincipal).map((AWS): unknown => ({ AWS })) },
  { weight: 1, arbitrary: fc.constant<unknown>('*') },
  { weight: 1, arbitrary: fc.constant<unknown>({ Service: 'ec2.amazonaws.com' }) },
  { weight: 1, arbitrary: some(awsPrincipal).map((AWS): unknown => ({ Service: 'ecs.amazonaws.com', AWS })) },
  {
    weight: 1,
    arbitrary: fc.constant<unknown>({ Federated: 'arn:aws:iam::222222222222:oidc-provider/ci.example.com' }),
  },
);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Raw>({ Action: 'sts:AssumeRole' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Raw>(
      { Action: ['sts:AssumeRole', 'sts:TagSession'] },
      { Action: 'sts:TagSession' },
      { Action: 'sts:AssumeRoleWithSAML' },
      { Action: 'sts:*' },
      { Action: '*' },
      { NotAction: 'sts:TagSession' },
      { NotAction: ['sts:Assume*'] },
    ),
  },
);

const merged = (...blocks: Raw[]): Raw =>
  blocks.reduce((all, block) => {
    for (const [name, keys] of Object.entries(block)) all[name] = { ...(all[name] as Raw), ...(keys as Raw) };
    return all;
  }, {});

/** A statement as IAM would take it. */
export const statement = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') }),
    principal,
    action,
    idCondition,
    furtherCondition,
    fc.option(fc.constantFrom('Vendor', 'Other1', 'Other2', 'Other3'), { nil: undefined, freq: 1 }),
  )
  .map(([Effect, Principal, act, id, further, Sid]) => {
    const Condition = merged(id, further);
    return {
      ...(Sid && { Sid }),
      Effect,
      Principal,
      ...act,
      ...(Object.keys(Condition).length > 0 && { Condition }),
    } as Raw;
  });

const OTHERS_STATEMENTS: Raw[] = [
  {
    Effect: 'Allow',
    Principal: { Service: ['ec2.amazonaws.com', 'ecs.amazonaws.com'] },
    Action: 'sts:AssumeRole',
  },
  allow({ Principal: { AWS: 'arn:aws:iam::222222222222:root' }, ...demanding(OTHER_ID) }),
  allow({ Principal: { AWS: ['333333333333', 'arn:aws:iam::222222222222:role/Ci'] } }),
  allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }),
  allow({
    Principal: { AWS: '*' },
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/*' } },
  }),
  allow({
    Principal: { Federated: 'arn:aws:iam::222222222222:oidc-provider/ci.example.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { 'ci.example.com:sub': 'repo:*' } },
  }),
  { ...allow({ Principal: { AWS: '444444444444' } }), Effect: 'Deny' },
  { ...allow({ Principal: '*' }), Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
];
export const OTHERS: ReadonlySet<string> = new Set(OTHERS_STATEMENTS.map((one) => JSON.stringify(one)));

/** A statement that has nothing to do with the vendor, whatever stands beside it. */
export const othersStatement = fc.constantFrom(...OTHERS_STATEMENTS);

const mistake = fc.constantFrom<(statement: Raw) => unknown>(
  (one) => ({ ...one, Resource: '*' }),
  (one) => ({ ...one, Effect: 'allow' }),
  ({ Principal: _, ...one }) => one,
  ({ Principal, ...one }) => ({ ...one, NotPrincipal: Principal }),
  (one) => ({ ...one, Principal: ROOT }),
  (one) => ({ ...one, Principal: { AWS: ` ${ROOT}` } }),
  (one) => ({ ...one, Principal: { AWS: Number(VENDOR) } }),
  (one) => ({ ...one, Principal: { aws: ROOT } }),
  (one) => ({ ...one, Principal: { AWS: `arn:aws:iam::${VENDOR}:role/*` } }),
  (one) => ({ ...one, Principal: { AWS: 'arn:aws:iam::222222222222:role/*' } }),
  (one) => ({ ...one, Action: 'AssumeRole' }),
  (one) => ({ ...one, Action: ['iam:PassRole', 'sts:AssumeRole'] }),
  (one) => ({ ...one, Condition: { StringEqual: { 'sts:ExternalId': ID } } }),
  (one) => ({ ...one, Condition: { Unheard: { 'aws:SourceIp': '203.0.113.1' } } }),
  (one) => ({ ...one, Condition: { StringEquals: { ExternalId: ID } } }),
  (one) => ({ ...one, Condition: { 'sts:ExternalId': ID } }),
  (one) => ({ ...one, Condition: 'none' }),
  (one) => ({ ...one, Sid: 'not alpha-numeric' }),
  (one) => ({ ...one, Remark: 'for the vendor' }),
  (one) => ({ ...one, Conditions: {} }),
  () => 'statement',
  () => null,
);
const broken = fc.tuple(statement, mistake).map(([one, breakIt]) => breakIt(one));

/** A policy as IAM would take it, but for a Sid that stands twice. */
export const validPolicy = fc
  .tuple(
    fc.constantFrom<Raw>({ Version: '2012-10-17' }, { Version: '2012-10-17' }, {}),
    fc.array(statement, { minLength: 1, maxLength: 4 }),
  )
  .map(([version, statements]): Raw => ({ ...version, Statement: statements }));

/** Any policy, in or out of order. */
export const anyPolicy = fc.oneof(
  validPolicy,
  fc
    .array(fc.oneof({ weight: 3, arbitrary: statement }, { weight: 1, arbitrary: broken }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((statements) => policyOf(...statements)),
);

export const anySubject = fc
  .tuple(
    fc.constantFrom<Subject['externalIds']>([ID], [ID, SUCCESSOR]),
    fc.constantFrom(null, BROKER),
    fc.constantFrom<Subject['needs']>(
      [],
      [],
      ['sts:TagSession'],
      ['sts:TagSession', 'sts:SetSourceIdentity'],
    ),
  )
  .map(([externalIds, brokerRoleArn, needs]) =>
    subjectOf({ externalIds, needs, vendor: { ...subjectOf().vendor, brokerRoleArn } }),
  );
