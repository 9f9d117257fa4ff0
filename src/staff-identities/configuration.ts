import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { STAFF_ROLES } from '../identity/staff-role.ts';
import { hasDuplicateKeys } from '../lib/json-keys.ts';
import type { RoleRule } from './role-rule.ts';

const claimValue = z.union([z.string().min(1, 'must not be empty'), z.number(), z.boolean()], {
  error: 'must be a text that is not empty, a number, true or false',
});

const roleRule = z.strictObject({
  claim: z.string('must be the name of a claim').min(1, 'must be the name of a claim'),
  equals: z.union([claimValue, z.array(claimValue).min(1, 'must not be empty')], {
    error: 'must be a value, or a list of values',
  }),
  role: z.enum(STAFF_ROLES, { error: `must be one of ${STAFF_ROLES.join(', ')}` }),
});

const roleRules = z
  .array(roleRule, { error: 'must be a list of rules' })
  .min(1, 'must have at least one rule: nobody could sign in');

/** Parses the JSON list of rules that give roles to people. Returns all problems, each with its rule and key. */
export function parseRoleRules(text: string): { rules: RoleRule[]; problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { rules: [], problems: [`must be JSON: ${error instanceof Error ? error.message : error}`] };
  }
  if (hasDuplicateKeys(text))
    return {
      rules: [],
      problems: ['contains an object with a duplicate key, whose first value would be ignored'],
    };
  const parsed = roleRules.safeParse(json);
  if (parsed.success) return { rules: parsed.data, problems: [] };
  return { rules: [], problems: parsed.error.issues.map(formatIssue) };
}

function formatIssue({ path: [index, ...path], message }: z.core.$ZodIssue): string {
  if (typeof index !== 'number') return message;
  return path.length > 0
    ? `rule ${index + 1}, ${path.join('.')}: ${message}`
    : `rule ${index + 1}: ${message}`;
}

/** Reads the file of role rules, and appends its problems to `problems`. */
export function readRoleRules(file: string, problems: string[]): RoleRule[] {
  const variable = 'COUNTERSIGN_CONSOLE_ROLES_FILE';
  try {
    const parsed = parseRoleRules(readFileSync(file, 'utf8'));
    problems.push(...parsed.problems.map((problem) => `${variable} ${problem}`));
    return parsed.rules;
  } catch (error) {
    problems.push(`${variable} cannot be read: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}
