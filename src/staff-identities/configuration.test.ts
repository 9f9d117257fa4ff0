import { expect, test } from 'vitest';
import { parseRoleRules } from './configuration.ts';

test('reads rules in their order', () => {
  const rules = [
    { claim: 'groups', equals: 'admins', role: 'admin' },
    { claim: 'groups', equals: ['support', 'helpdesk'], role: 'support' },
  ];
  expect(parseRoleRules(JSON.stringify(rules))).toEqual({ rules, problems: [] });
});

test.each([
  ['{', 'must be JSON'],
  ['{}', 'must be a list of rules'],
  ['[]', 'must have at least one rule'],
  ['[{"claim": "groups", "equals": "a", "role": "worker"}]', 'rule 1, role: must be one of admin'],
  ['[{"claim": "groups", "equals": "a", "role": "tenant"}]', 'rule 1, role: must be one of admin'],
  ['[{"claim": "", "equals": "a", "role": "admin"}]', 'rule 1, claim: must be the name of a claim'],
  ['[{"claim": "groups", "equals": [], "role": "admin"}]', 'rule 1, equals: must not be empty'],
  ['[{"claim": "groups", "equals": "", "role": "admin"}]', 'rule 1, equals: must not be empty'],
  ['[{"claim": "groups", "role": "admin"}]', 'rule 1, equals: must be a value, or a list'],
  ['[{"claim": "groups", "equals": "a", "role": "admin", "when": 1}]', 'rule 1: '],
  ['[{"claim": "groups", "equals": "a", "equals": "b", "role": "admin"}]', 'duplicate key'],
])('rejects %s', (text, problem) => {
  const parsed = parseRoleRules(text);
  expect(parsed.rules).toEqual([]);
  expect(parsed.problems.join('\n')).toContain(problem);
});
