import { createMessages } from '../../../lib/message.ts';
import { quoteValue } from '../../json-values.ts';
import { error, errorOrWarning, warning } from './define.ts';
import { SYNTAX_TEXTS, type SyntaxMistake, type UnreadableReason } from './syntax.ts';

const GET_ROLE = 'aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument';

export const TEXT_TEXTS = {
  ...SYNTAX_TEXTS,
  'finding.repeated_key':
    'The key {key} occurs twice in the same object. IAM rejects this, and most JSON parsers keep only the last value.',
  'finding.repeated_key.fix': 'Merge the two values under one key.',
  'finding.several_policies':
    'The text has {number} trust policies, and it is not clear which one is for {vendor}. None was checked.',
  'finding.several_policies.roles': 'Roles: {names}.',
  'finding.several_policies.fix': 'Paste the trust policy of one role.',
  'finding.policy_too_long':
    'The policy has {size} characters without white space. IAM accepts at most {max}. The policy was not checked further.',
  'finding.policy_too_long.fix': 'Create separate roles for the other principals that use this role.',
  'finding.over_default_quota':
    'The policy has {size} characters without white space. An account is limited to {quota} unless AWS has increased its quota.',
  'finding.over_default_quota.fix':
    'Shorten the policy, or request an increase of "Role trust policy length" in Service Quotas (at most {max}).',
  'finding.unresolved_value': '{expression} is an expression of {tool}, which puts in the value later.',
  'finding.unresolved_value.unknown': 'This check does not know that value.',
  'finding.unresolved_value.assumed': 'The policy is right only if the value is {value}.',
  'finding.unresolved_value.set': 'Set it to {value}.',
  'finding.template_condition.open': 'If {conditions}, the role can be assumed without your external ID.',
  'finding.template_condition.open.fix': 'Require the external ID in this case too, or remove the condition.',
  'finding.template_condition.errors':
    'If {conditions}, the policy has errors, which this list contains too.',
  'finding.template_condition.errors.fix': 'Correct them, or remove the condition.',
  'finding.template_condition.not_assumable': 'If {conditions}, {vendor} cannot assume the role.',
  'finding.template_condition.not_assumable.fix':
    'Make sure that this is not so for the role that {vendor} should use.',
  'finding.template_condition.is_true': '{name} is true',
  'finding.template_condition.is_false': '{name} is false',
  'finding.template_conditions_untested':
    'The policy depends on so many conditions that not every case of them was checked. The result is that for all conditions being true.',
  'finding.unresolved_value.fix': 'To check the policy that IAM has, paste the output of: {command}',
} as const;

const text = createMessages(TEXT_TEXTS);

/** A tool that puts values into a policy. */
export type TemplateTool = 'CloudFormation' | 'Terraform' | 'Serverless Framework';

/** What a policy is in one case of the conditions of its template. */
export type CaseResult = 'open' | 'errors' | 'not_assumable';

/** Mistakes in the text around the policy, and values that another tool fills in later. */
export const TEXT_FINDINGS = {
  syntax_error: error<
    | { mistake: SyntaxMistake; value?: string; line: number; column: number }
    | { unreadable: UnreadableReason; language?: 'YAML' | TemplateTool }
  >('The text is not valid JSON, or not in a form that can be read.', (details) => {
    if ('unreadable' in details) {
      const { unreadable, language } = details;
      return [
        [
          language !== undefined && text('unreadable.language', { language }),
          text(`unreadable.${unreadable}`),
        ],
        text('unreadable.fix', { command: GET_ROLE }),
      ];
    }
    const { mistake, value = '', line, column } = details;
    const problem = text(`mistake.${mistake}`, { value });
    return [
      text('syntax.position', { line: String(line), column: String(column), problem }),
      text(`mistake.${mistake}.fix`),
    ];
  }),
  repeated_key: error<{ key: unknown }>(
    'An object has the same key twice. IAM rejects this, and most JSON parsers keep only the last value.',
    ({ key }) => [
      text('finding.repeated_key', { key: JSON.stringify(key) }),
      text('finding.repeated_key.fix'),
    ],
  ),
  several_policies: error<{ names: readonly string[] }>(
    'The text has the trust policies of several roles, and it is not clear which one is for the vendor.',
    ({ names: all }, { vendor }) => {
      const known = all.filter(Boolean).slice(0, 5);
      const names = [...known, ...(all.length > known.length ? ['…'] : [])].join(', ');
      return [
        [
          text('finding.several_policies', { number: all.length, vendor }),
          known.length > 0 && text('finding.several_policies.roles', { names }),
        ],
        text('finding.several_policies.fix'),
      ];
    },
  ),
  policy_too_long: error<{ size: number; max: number }>(
    'The policy is longer than IAM accepts for any role trust policy.',
    (details) => [text('finding.policy_too_long', details), text('finding.policy_too_long.fix')],
  ),
  over_default_quota: warning<{ size: number; quota: number; max: number }>(
    'The policy has more than 2,048 characters, which an account may have only after a quota increase.',
    (details) => [
      text('finding.over_default_quota', details),
      text('finding.over_default_quota.fix', details),
    ],
  ),
  template_condition: errorOrWarning<{
    result: CaseResult;
    conditions: readonly (readonly [name: string, value: boolean])[];
  }>(
    'The policy is wrong in one case of the conditions by which its template chooses between values.',
    ({ result, conditions: all }, { vendor }) => {
      const conditions = all.map(([name, value]) =>
        text(`finding.template_condition.is_${value}`, { name: quoteValue(name) }),
      );
      return [
        text(`finding.template_condition.${result}`, { conditions, vendor }),
        text(`finding.template_condition.${result}.fix`, { vendor }),
      ];
    },
  ),
  template_conditions_untested: warning(
    'The policy depends on more conditions of its template than this check tries.',
    () => [
      text('finding.template_conditions_untested'),
      text('finding.unresolved_value.fix', { command: GET_ROLE }),
    ],
  ),
  unresolved_value: warning<{
    expression: string;
    tool: TemplateTool;
    assumed: string | null;
  }>(
    'A value is an expression that CloudFormation, Terraform or another tool replaces later, so the check does not know it.',
    ({ expression: source, tool, assumed }) => {
      const expression = quoteValue(source);
      const value = quoteValue(assumed);
      return [
        [
          text('finding.unresolved_value', { expression, tool }),
          assumed === null
            ? text('finding.unresolved_value.unknown')
            : text('finding.unresolved_value.assumed', { value }),
        ],
        [
          assumed !== null && text('finding.unresolved_value.set', { value }),
          text('finding.unresolved_value.fix', { command: GET_ROLE }),
        ],
      ];
    },
  ),
};
