import { createMessages } from '../../../lib/message.ts';
import { vendorRootArn } from '../../context.ts';
import { fromList, quoteValue } from '../../json-values.ts';
import { warning, write } from './define.ts';

export const WARNING_TEXTS = {
  'finding.successor_missing':
    'Your external ID is being replaced. The policy accepts the old one, {current}, but not yet the new one, {successor}.',
  'finding.successor_missing.fix': 'Until the rotation is complete, list both: {condition}.',
  'finding.role_principal':
    'This principal is the role of {vendor} itself. AWS stores the unique ID of the role, not its name: if it has to be recreated, your role no longer trusts it.',
  'finding.role_principal.fix': 'Write {principal}, and narrow it with {condition}.',
  'finding.redundant_principal':
    '{value} is in the account of {vendor}, which the same statement trusts as a whole. It adds nothing, and IAM replaces it by a unique ID when that identity is deleted.',
  'finding.redundant_principal.fix': 'Remove it; {value} is enough.',
  'finding.other_accounts':
    'The same statement also trusts {values} on the same conditions. With your external ID, which is not a secret, they can assume the role as well.',
  'finding.other_accounts.more': '{values} and others',
  'finding.other_accounts.fix':
    'Give each of them a separate statement with a separate external ID, or remove those that you do not know.',
  'finding.not_action': 'NotAction allows every action that it does not name.',
  'finding.broad_action': '{patterns} is a pattern. Beside what is needed, it allows {actions}.',
  'finding.broad_action.future':
    '{patterns} is a pattern. It allows nothing more today, but would allow an action of that name that AWS adds later.',
  'finding.access_expires':
    'The condition on {key} ends the access of {vendor} at {value}. From then on AWS denies the role.',
  'finding.access_expires.fix': 'Remove the condition if the access should last, or change the date in time.',
  'finding.statement_left_out.rejected':
    'The suggested policy omits statement {number}, because IAM would reject it.',
  'finding.statement_left_out.deleted':
    'The suggested policy omits statement {number}, because all its principals were deleted.',
  'finding.statement_left_out.fix': 'If you need the statement, correct it and add it again.',
} as const;

const text = createMessages(WARNING_TEXTS);

/** What works, but is broader or more fragile than necessary. */
export const WARNING_FINDINGS = {
  successor_missing: warning(
    'An external ID rotation is in progress, and the policy does not accept the new ID yet.',
    (_, { context: { externalIds }, externalId: condition }) => {
      const [current, successor] = externalIds.map(quoteValue);
      return [
        text('finding.successor_missing', { current: current ?? '', successor: successor ?? '' }),
        text('finding.successor_missing.fix', { condition }),
      ];
    },
  ),
  role_principal: warning<{ value: string }>(
    'The principal is a role: the trust ends when that role is deleted and recreated.',
    ({ value }, { vendor, principal, member }) => [
      text('finding.role_principal', { vendor }),
      // aws:PrincipalArn is the ARN of the role, also for a session of it.
      value.includes(':assumed-role/')
        ? write(principal)
        : text('finding.role_principal.fix', {
            principal,
            condition: member('StringEquals', { 'aws:PrincipalArn': value }),
          }),
    ],
  ),
  redundant_principal: warning<{ value: string }>(
    "The principal is an identity of the vendor beside the vendor's whole account, which includes it.",
    ({ value }, { vendor, context }) => [
      text('finding.redundant_principal', { value: quoteValue(value), vendor }),
      text('finding.redundant_principal.fix', { value: quoteValue(vendorRootArn(context)) }),
    ],
  ),
  other_accounts: warning<{ values: readonly string[] }>(
    'The same statement trusts other principals with the same external ID.',
    ({ values: all }) => {
      const values = all.slice(0, 3).map(quoteValue).join(', ');
      const isComplete = all.length <= 3;
      return [
        text('finding.other_accounts', {
          values: isComplete ? values : text('finding.other_accounts.more', { values }),
        }),
        text('finding.other_accounts.fix'),
      ];
    },
  ),
  not_action: warning<{ intended: readonly string[] }>(
    '`NotAction` allows every action that it does not name.',
    ({ intended }, { member }) => [text('finding.not_action'), write(member('Action', fromList(intended)))],
  ),
  broad_action: warning<{
    patterns: readonly string[];
    allowed: readonly string[];
    intended: readonly string[];
  }>(
    'The statement allows more actions than are needed, such as `sts:*`.',
    ({ patterns: all, allowed, intended }, { member }) => {
      const patterns = all.map(quoteValue).join(', ');
      return [
        allowed.length === 0
          ? text('finding.broad_action.future', { patterns })
          : text('finding.broad_action', { patterns, actions: allowed.join(', ') }),
        write(member('Action', fromList(intended))),
      ];
    },
  ),
  access_expires: warning<{ key: string; value: string }>(
    'A condition ends the access of the vendor at a certain time.',
    ({ key, value }, { vendor }) => [
      text('finding.access_expires', { key, vendor, value }),
      text('finding.access_expires.fix'),
    ],
  ),
  statement_left_out: warning<{ number: number; reason: 'rejected' | 'deleted' }>(
    'The suggested policy omits a statement because IAM would reject it.',
    ({ number, reason }) => [
      text(`finding.statement_left_out.${reason}`, { number }),
      text('finding.statement_left_out.fix'),
    ],
  ),
};
