import { expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import { allow, condition, createContext, ID, policyOf, requiring, SUCCESSOR } from '../policies.fixture.ts';

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
