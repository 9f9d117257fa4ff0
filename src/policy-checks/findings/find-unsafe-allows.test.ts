import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import type { JsonObject } from '../json-values.ts';
import {
  allow,
  condition,
  createContext,
  ID,
  policyOf,
  requiring,
  SUCCESSOR,
  variable,
} from '../policies.fixture.ts';

const right = allow(requiring());

test.each([
  ['any user', condition('StringEquals', 'User', 'aws:PrincipalType')],
  ['any role', condition('ArnLike', 'arn:aws:iam::*:role/*', 'aws:PrincipalArn')],
  ['any user with a name', condition('StringLike', '*', 'aws:username')],
])('a statement for %s in AWS is an error, also beside a right statement', (_, narrowed) => {
  const { findings, suggestedPolicy } = checkPolicy(
    policyOf(allow({ Principal: '*', ...narrowed }), right),
    createContext(),
  );
  expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(
    'wildcard_principal',
  );
  expect(suggestedPolicy).toEqual(policyOf(right));
});

test('during a rotation, a statement that does not enforce the one external ID is an error, although the other is enforced', () => {
  const denied = { ...allow({ Principal: '*' }), Effect: 'Deny' };
  const loose = allow(condition('StringEqualsIgnoreCase', SUCCESSOR));
  const context = createContext({ externalIds: [ID, SUCCESSOR] });
  const { findings, suggestedChange } = checkPolicy(policyOf(denied, loose, right), context);
  expect(findings.map(({ code }) => code)).toContain('case_ignored');
  expect(suggestedChange).toBe('replace_policy');
});

describe('what the fix of a denial would open is reported together with the denial', () => {
  const codesOf = (statement: JsonObject) =>
    checkPolicy(policyOf(statement), createContext()).findings.map(({ code }) => code);

  test.each<[string, JsonObject, string[]]>([
    ['principal', { Principal: { AWS: '999988887778' } }, ['external_id_not_demanded', 'wrong_account']],
    ['action', { Action: 'sts:TagSession' }, ['external_id_not_demanded', 'wrong_action']],
    [
      'condition on the caller',
      condition('StringEquals', '222233334444', 'aws:PrincipalAccount'),
      ['external_id_not_demanded', 'condition_not_met'],
    ],
    [
      'external ID of a statement for everyone',
      { Principal: '*', ...requiring(ID.toUpperCase()) },
      ['wildcard_principal', 'external_id_mistyped'],
    ],
  ])('%s', (_, overrides, codes) => expect(codesOf(allow(overrides))).toEqual(codes));
});

test('a variable whose value is not known is named, and no fix removes the condition on the external ID', () => {
  const unknown = allow(condition('StringEquals', variable('aws:PrincipalTag/team')));
  const { verdict, findings } = checkPolicy(policyOf(unknown), createContext());
  expect([verdict, findings.map(({ code }) => code)]).toEqual(['undetermined', ['variable']]);
  expect(findings[0]?.fix).toMatch(/^Replace it/);
});
