import { quoteValue } from '../../json-values.ts';
import { error, warning } from './define.ts';

const GET_ROLE = 'aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument';

/** Mistakes in the text around the policy, and values that another tool fills in later. */
export const TEXT_FINDINGS = {
  syntax_error: error<{ problem: string; fix: string; line?: number; column?: number }>(
    'The text is not valid JSON, or not in a form that can be read.',
    ({ problem, fix, line, column }) => [
      line === undefined ? problem : `Line ${line}, column ${column}: ${problem}`,
      fix,
    ],
  ),
  repeated_key: error<{ key: unknown }>(
    'An object has the same key twice. IAM rejects this, and most JSON parsers keep only the last value.',
    ({ key }) => [
      `The key ${JSON.stringify(key)} occurs twice in the same object. IAM rejects this, and most JSON parsers keep only the last value.`,
      'Merge the two values under one key.',
    ],
  ),
  several_policies: error<{ names: string[] }>(
    'The text has the trust policies of several roles, and it is not clear which one is for the vendor.',
    ({ names }, { vendor }) => [
      `The text has ${names.length} trust policies${listNames(names)}, and it is not clear which one is for ${vendor}. None was checked.`,
      'Paste the trust policy of one role.',
    ],
  ),
  policy_too_long: error<{ size: number; max: number }>(
    'The policy is longer than IAM accepts for any role trust policy.',
    ({ size, max }) => [
      `The policy has ${size} characters without white space. IAM accepts at most ${max}. The policy was not checked further.`,
      'Create separate roles for the other principals that use this role.',
    ],
  ),
  over_default_quota: warning<{ size: number; quota: number }>(
    'The policy has more than 2,048 characters, which an account may have only after a quota increase.',
    ({ size, quota }) => [
      `The policy has ${size} characters without white space. An account is limited to ${quota} unless AWS has increased its quota.`,
      'Shorten the policy, or request an increase of "Role trust policy length" in Service Quotas (at most 4,096).',
    ],
  ),
  unresolved_value: warning<{ expression: string; tool: string; assumed: string | null }>(
    'A value is an expression that CloudFormation, Terraform or another tool replaces later, so the check does not know it.',
    ({ expression, tool, assumed }) => [
      `${quoteValue(expression)} is an expression of ${tool}, which puts in the value later. ${
        assumed === null
          ? 'This check does not know that value.'
          : `The policy is right only if the value is ${quoteValue(assumed)}.`
      }`,
      `${assumed === null ? '' : `Set it to ${quoteValue(assumed)}. `}To check the policy that IAM has, paste the output of: ${GET_ROLE}`,
    ],
  ),
};

function listNames(names: readonly string[]): string {
  const known = names.filter(Boolean).slice(0, 5);
  return known.length === 0 ? '' : ` (${known.join(', ')}${names.length > known.length ? ', …' : ''})`;
}
