import fc from 'fast-check';
import type { CheckContext } from './context.ts';
import type { JsonObject } from './json-values.ts';
import {
  allow,
  BROKER,
  createContext,
  ID,
  OTHER_ID,
  policyOf,
  RETIRED,
  ROOT,
  requiring,
  SUCCESSOR,
  VENDOR,
  variable,
  withBroker,
} from './policies.fixture.ts';

const VARIABLE = variable('sts:ExternalId');

const externalIds = fc.constantFrom(
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
const oneOrMore = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));

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
  { weight: 4, arbitrary: fc.constant(requiring().Condition as JsonObject) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(idOperators, fc.constantFrom('sts:ExternalId', 'sts:externalid'), oneOrMore(externalIds))
      .map(([operator, key, value]) => ({ [operator]: { [key]: value } })),
  },
  { weight: 1, arbitrary: fc.boolean().map((value) => ({ Null: { 'sts:ExternalId': value } })) },
  { weight: 2, arbitrary: fc.constant({}) },
);
const otherCondition = fc.constantFrom<JsonObject>(
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
  { weight: 5, arbitrary: oneOrMore(awsPrincipal).map((AWS): unknown => ({ AWS })) },
  { weight: 1, arbitrary: fc.constant<unknown>('*') },
  { weight: 1, arbitrary: fc.constant<unknown>({ Service: 'ec2.amazonaws.com' }) },
  {
    weight: 1,
    arbitrary: oneOrMore(awsPrincipal).map((AWS): unknown => ({ Service: 'ecs.amazonaws.com', AWS })),
  },
  {
    weight: 1,
    arbitrary: fc.constant<unknown>({ Federated: 'arn:aws:iam::222222222222:oidc-provider/ci.example.com' }),
  },
);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant<JsonObject>({ Action: 'sts:AssumeRole' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonObject>(
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

const mergeConditions = (...blocks: JsonObject[]): JsonObject =>
  blocks.reduce((all, block) => {
    for (const [name, keys] of Object.entries(block))
      all[name] = { ...(all[name] as JsonObject), ...(keys as JsonObject) };
    return all;
  }, {});

/** A statement that IAM accepts. */
export const statement = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') }),
    principal,
    action,
    idCondition,
    otherCondition,
    fc.option(fc.constantFrom('Vendor', 'Other1', 'Other2', 'Other3'), { nil: undefined, freq: 1 }),
  )
  .map(([Effect, Principal, actions, id, other, Sid]) => {
    const Condition = mergeConditions(id, other);
    return {
      ...(Sid && { Sid }),
      Effect,
      Principal,
      ...actions,
      ...(Object.keys(Condition).length > 0 && { Condition }),
    } as JsonObject;
  });

const STATEMENTS_FOR_OTHERS: JsonObject[] = [
  {
    Effect: 'Allow',
    Principal: { Service: ['ec2.amazonaws.com', 'ecs.amazonaws.com'] },
    Action: 'sts:AssumeRole',
  },
  allow({ Principal: { AWS: 'arn:aws:iam::222222222222:root' }, ...requiring(OTHER_ID) }),
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
export const JSON_FOR_OTHERS: ReadonlySet<string> = new Set(
  STATEMENTS_FOR_OTHERS.map((one) => JSON.stringify(one)),
);

/** A statement that does not apply to the vendor. */
export const statementForOthers = fc.constantFrom(...STATEMENTS_FOR_OTHERS);

const mistake = fc.constantFrom<(statement: JsonObject) => unknown>(
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
  (one) => ({ ...one, Condition: { Unknown: { 'aws:SourceIp': '203.0.113.1' } } }),
  (one) => ({ ...one, Condition: { StringEquals: { ExternalId: ID } } }),
  (one) => ({ ...one, Condition: { 'sts:ExternalId': ID } }),
  (one) => ({ ...one, Condition: 'none' }),
  (one) => ({ ...one, Sid: 'not alpha-numeric' }),
  (one) => ({ ...one, Comment: 'for the vendor' }),
  (one) => ({ ...one, Conditions: {} }),
  () => 'statement',
  () => null,
);
const invalidStatement = fc.tuple(statement, mistake).map(([valid, makeMistake]) => makeMistake(valid));

/** A policy that IAM accepts, except that two statements may have the same Sid. */
export const validPolicy = fc
  .tuple(
    fc.constantFrom<JsonObject>({ Version: '2012-10-17' }, { Version: '2012-10-17' }, {}),
    fc.array(statement, { minLength: 1, maxLength: 4 }),
  )
  .map(([version, statements]): JsonObject => ({ ...version, Statement: statements }));

/** A policy that IAM accepts or rejects. */
export const anyPolicy = fc.oneof(
  validPolicy,
  fc
    .array(fc.oneof({ weight: 3, arbitrary: statement }, { weight: 1, arbitrary: invalidStatement }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((statements) => policyOf(...statements)),
);

export const anyContext = fc
  .tuple(
    fc.constantFrom<CheckContext['externalIds']>([ID], [ID, SUCCESSOR]),
    fc.constantFrom(null, BROKER),
    fc.constantFrom<CheckContext['sessionActions']>(
      [],
      [],
      ['sts:TagSession'],
      ['sts:TagSession', 'sts:SetSourceIdentity'],
    ),
    fc.nat({ max: 2 }),
  )
  .map(([externalIds, brokerRoleArn, sessionActions, passedOn]) => {
    const passedOnActions = sessionActions.slice(0, passedOn);
    return createContext({ externalIds, sessionActions, passedOnActions, ...withBroker(brokerRoleArn) });
  });
