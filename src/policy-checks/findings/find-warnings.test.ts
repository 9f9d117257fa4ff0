import { expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import type { JsonObject } from '../json-values.ts';
import {
  allow,
  condition,
  createContext,
  ID,
  OTHER_ID,
  policyOf,
  requiring,
  SUCCESSOR,
  VENDOR,
} from '../policies.fixture.ts';

const right = allow(requiring());
const deny = (overrides: JsonObject) => ({ ...allow({ Principal: '*', ...overrides }), Effect: 'Deny' });
const withTags = createContext({ sessionActions: ['sts:TagSession'] });
const codesOf = (statements: JsonObject[], context = createContext()) =>
  checkPolicy(policyOf(...statements), context).findings.map(({ code }) => code);

test('a session as principal is not narrowed by its ARN, which aws:PrincipalArn never is', () => {
  const session = `arn:aws:sts::${VENDOR}:assumed-role/Broker/session`;
  const { findings } = checkPolicy(
    policyOf(allow({ Principal: { AWS: session }, ...requiring() })),
    createContext(),
  );
  expect(findings.find(({ code }) => code === 'role_principal')?.fix).not.toContain('aws:PrincipalArn');
});

test('a statement without sts:AssumeRole does not get it by the fix of a pattern', () => {
  const { Action: _, ...others } = allow();
  expect(codesOf([right, { ...others, NotAction: 'sts:AssumeRole' }])).toEqual([]);
  const { findings } = checkPolicy(
    policyOf(
      allow({ Action: ['sts:AssumeRole', 'sts:TagSession'], ...requiring() }),
      allow({ Action: 'sts:Tag*' }),
    ),
    withTags,
  );
  expect(findings.map(({ code, fix }) => [code, fix])).toEqual([
    ['broad_action', 'Write "Action": "sts:TagSession".'],
  ]);
});

test('a missing action is reported together with what denies the vendor', () => {
  expect(codesOf([allow(requiring(OTHER_ID))], withTags)).toEqual([
    'wrong_external_id',
    'tag_session_missing',
  ]);
});

test('what a Deny takes away is not reported as missing', () => {
  const both = allow({ Action: ['sts:AssumeRole', 'sts:TagSession'], ...requiring() });
  expect(codesOf([both, deny({ Action: 'sts:TagSession' })], withTags)).toEqual(['deny_hits_us']);
  const rotation = createContext({ externalIds: [ID, SUCCESSOR] });
  const denied = deny(condition('StringNotEquals', ID));
  expect(codesOf([allow(requiring([ID, SUCCESSOR])), denied], rotation)).toEqual(['deny_hits_us']);
});

test('a Deny is the only reason if a statement allows the vendor', () => {
  const other = allow({ Principal: { AWS: `arn:aws:iam::${VENDOR}:role/app` }, ...requiring() });
  expect(codesOf([right, other, deny({})])).toEqual(['deny_hits_us']);
});

test('a fix that changes the conditions or actions of a statement for others too begins with separating it', () => {
  const shared = { Principal: { AWS: [`arn:aws:iam::${VENDOR}:role/Broker`, '222233334444'] } };
  const isSeparated = (statement: JsonObject) =>
    checkPolicy(policyOf(statement), createContext())
      .findings.filter(({ fix }) => fix.startsWith('This statement also trusts others.'))
      .map(({ code }) => code);
  expect(isSeparated(allow(shared))).toEqual(['external_id_not_demanded', 'role_principal']);
  expect(isSeparated(allow({ ...shared, ...requiring(OTHER_ID) }))).toEqual([
    'wrong_external_id',
    'role_principal',
  ]);
  expect(isSeparated(allow({ Principal: { AWS: `arn:aws:iam::${VENDOR}:role/Broker` } }))).toEqual([]);
});
