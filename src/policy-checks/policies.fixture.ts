import { knownKeysAt, possibleValuesOf, type RequestFacts } from './condition-keys.ts';
import { type CheckContext, describeCaller } from './context.ts';
import type { FindingCode } from './findings/catalogue/catalogue.ts';
import type { JsonObject } from './json-values.ts';
import type { Verdict } from './verdict.ts';

export const VENDOR = '999988887777';
export const ID = '6f1d2c3b-4a5e-4f60-8b7a-9c0d1e2f3a4b';
export const SUCCESSOR = 'c0ffee00-1234-4abc-9def-001122334455';
export const RETIRED = '0d0d0d0d-1111-4222-8333-abcdefabcdef';
export const OTHER_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
export const BROKER = `arn:aws:iam::${VENDOR}:role/vendor/Broker`;
export const ROOT = `arn:aws:iam::${VENDOR}:root`;

/** A policy that a customer may write, and what the check finds in it. */
export interface PolicyCase {
  name: string;
  policy: (externalId: string) => unknown;
  verdict: Verdict;
  codes: FindingCode[];
}

/** The broker is a role whose path is not known, unless another one is given. */
export const createContext = (overrides: Partial<CheckContext> = {}): CheckContext => ({
  externalIds: [ID],
  retiredExternalIds: [RETIRED],
  vendor: { name: 'Vendor', accountId: VENDOR, partition: 'aws', brokerRoleArn: null },
  caller: describeCaller(
    { accountId: VENDOR, partition: 'aws', brokerRoleArn: null },
    {
      type: 'role',
      arn: `arn:aws:sts::${VENDOR}:assumed-role/Broker/session`,
      accountId: VENDOR,
      partition: 'aws',
      name: 'Broker',
    },
  ),
  sessionActions: [],
  passedOnActions: [],
  keys: knownKeysAt(new Date('2026-01-02T03:04:05Z'), 'us-east-1'),
  possibleValues: possible(),
  ...overrides,
});

const possible =
  (facts: Partial<RequestFacts> = {}): CheckContext['possibleValues'] =>
  (key) =>
    possibleValuesOf(key, {
      egressCidrs: [],
      hasSessionTags: false,
      passesOnSourceIdentity: false,
      ...facts,
    });

/** With a configured broker role. */
export const withBroker = (brokerRoleArn: string | null): Partial<CheckContext> =>
  brokerRoleArn === null
    ? {}
    : {
        vendor: { ...createContext().vendor, brokerRoleArn },
        caller: describeCaller({ accountId: VENDOR, partition: 'aws', brokerRoleArn }, null),
      };

/** A statement that allows the vendor without any condition. */
export const allow = (overrides: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'sts:AssumeRole',
  ...overrides,
});

export const condition = (operator: string, value: unknown, key = 'sts:ExternalId'): JsonObject => ({
  Condition: { [operator]: { [key]: value } },
});

export const requiring = (externalId: unknown = ID): JsonObject => condition('StringEquals', externalId);

export const policyOf = (...statements: unknown[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** A policy with one statement for the vendor. */
export const onlyAllow =
  (overrides: JsonObject | ((externalId: string) => JsonObject)) =>
  (externalId: string): JsonObject =>
    policyOf(allow(typeof overrides === 'function' ? overrides(externalId) : overrides));

/** A correct statement for the vendor, followed by others. */
export const correctAnd =
  (...statements: JsonObject[]) =>
  (externalId: string): JsonObject =>
    policyOf(allow(requiring(externalId)), ...statements);

/** Writes a policy variable without a template literal's syntax, which the linter would report. */
export const variable = (name: string): string => ['$', `{${name}}`].join('');
