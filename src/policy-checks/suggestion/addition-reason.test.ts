import { expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import { allow, createContext, policyOf } from '../policies.fixture.ts';

const text = JSON.stringify(policyOf(allow()));
const others = allow({ Principal: { AWS: { Ref: 'Partner' } } });

test.each<[string, unknown, string]>([
  ['a text that is cut off', text.slice(0, -9), 'unread'],
  ['a policy that is too long', policyOf(allow({ Sid: 'A'.repeat(5000) })), 'too_long'],
  [
    'several policies',
    { Roles: [text, `${text} `].map((AssumeRolePolicyDocument) => ({ AssumeRolePolicyDocument })) },
    'several_policies',
  ],
  ['two documents of YAML', 'Statement: []\n---\nStatement: []\n', 'several_policies'],
  ['a repeated key', text.replace('"Effect"', '"Effect":"Deny","Effect"'), 'repeated_key'],
  ['a permissions policy', policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }), 'permissions_policy'],
  ['a statement', allow(), 'statements_only'],
  ['no statement', policyOf(), 'no_statement'],
  ['another kind of JSON', { a: 1 }, 'not_a_policy'],
  ['a value for others that is not known', policyOf(allow(), others), 'template'],
  ['a statement that only a template has', policyOf({ 'Fn::If': ['A', allow(), allow()] }), 'template'],
  ['a Deny that is not understood', policyOf(allow(), { Effect: 'Deny', Principal: 'x' }), 'unproven'],
])('the reason why there is only a statement to add to %s is known', (_, pasted, reason) => {
  const { suggestedChange, additionReason } = checkPolicy(pasted, createContext());
  expect([suggestedChange, additionReason]).toEqual(['add_statement', reason]);
});
