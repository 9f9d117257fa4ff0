import { externalIdsValue, vendorRootArn } from '../../context.ts';
import { quoteValue } from '../../json-values.ts';
import { actionMember, inlineJson, member, principalMember, vendorName } from '../wording.ts';
import { define } from './define.ts';

/** What works, but is broader or more fragile than necessary. */
export const WARNING_FINDINGS = {
  successor_missing: define(
    'warning',
    'An external ID rotation is in progress, and the policy does not accept the new ID yet.',
    (_, { context, syntax }) => ({
      message: `Your external ID is being replaced. The policy accepts the old one, ${inlineJson(context.externalIds[0])}, but not yet the new one, ${inlineJson(context.externalIds[1] ?? '')}.`,
      fix: `Until the rotation is complete, list both: ${member('StringEquals', { 'sts:ExternalId': externalIdsValue(context) }, { syntax })}.`,
    }),
  ),
  role_principal: define<{ value: string }>(
    'warning',
    'The principal is a role: the trust ends when that role is deleted and recreated.',
    ({ value }, wording) => ({
      message: `This principal is the role of ${vendorName(wording)} itself. AWS stores the unique ID of the role, not its name: if it has to be recreated, your role no longer trusts it.`,
      fix: `Write ${principalMember(wording)}, and narrow it with ${member('StringEquals', { 'aws:PrincipalArn': value }, wording)}.`,
    }),
  ),
  redundant_principal: define<{ value: string }>(
    'warning',
    "The principal is an identity of the vendor beside the vendor's whole account, which includes it.",
    ({ value }, wording) => ({
      message: `${quoteValue(value)} is in the account of ${vendorName(wording)}, which the same statement trusts as a whole. It adds nothing, and IAM replaces it by a unique ID when that identity is deleted.`,
      fix: `Remove it; ${quoteValue(vendorRootArn(wording.context))} is enough.`,
    }),
  ),
  other_accounts: define<{ values: readonly string[] }>(
    'warning',
    'The same statement trusts other principals with the same external ID.',
    ({ values }) => ({
      message: `The same statement also trusts ${values.slice(0, 3).map(quoteValue).join(', ')}${values.length > 3 ? ' and others' : ''} on the same conditions. With your external ID, which is not a secret, they can assume the role as well.`,
      fix: 'Give each of them a separate statement with a separate external ID, or remove those that you do not know.',
    }),
  ),
  not_action: define('warning', '`NotAction` allows every action that it does not name.', (_, wording) => ({
    message: 'NotAction allows every action that it does not name.',
    fix: `Write ${actionMember(wording)}.`,
  })),
  broad_action: define<{ patterns: readonly string[]; allowed: readonly string[] }>(
    'warning',
    'The statement allows more actions than are needed, such as `sts:*`.',
    ({ patterns, allowed }, wording) => ({
      message: `${patterns.map(quoteValue).join(', ')} is a pattern. ${
        allowed.length === 0
          ? 'It allows nothing more today, but would allow an action of that name that AWS adds later.'
          : `Beside what is needed, it allows ${allowed.join(', ')}.`
      }`,
      fix: `Write ${actionMember(wording)}.`,
    }),
  ),
  access_expires: define<{ key: string; value: string }>(
    'warning',
    'A condition ends the access of the vendor at a certain time.',
    ({ key, value }, wording) => ({
      message: `The condition on ${key} ends the access of ${vendorName(wording)} at ${value}. From then on AWS denies the role.`,
      fix: 'Remove the condition if the access should last, or change the date in time.',
    }),
  ),
  statement_left_out: define<{ label: string; reason: 'rejected' | 'deleted' }>(
    'warning',
    'The suggested policy omits a statement because IAM would reject it.',
    ({ label, reason }) => ({
      message:
        reason === 'deleted'
          ? `The suggested policy omits ${label}, because all its principals were deleted.`
          : `The suggested policy omits ${label}, because IAM would reject it.`,
      fix: 'If you need the statement, correct it and add it again.',
    }),
  ),
};
