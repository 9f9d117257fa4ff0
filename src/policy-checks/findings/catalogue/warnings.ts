import { vendorRootArn } from '../../context.ts';
import { quoteValue } from '../../json-values.ts';
import { warning } from './define.ts';

/** What works, but is broader or more fragile than necessary. */
export const WARNING_FINDINGS = {
  successor_missing: warning(
    'An external ID rotation is in progress, and the policy does not accept the new ID yet.',
    (_, { context: { externalIds }, externalId }) => [
      `Your external ID is being replaced. The policy accepts the old one, ${quoteValue(externalIds[0])}, but not yet the new one, ${quoteValue(externalIds[1])}.`,
      `Until the rotation is complete, list both: ${externalId}.`,
    ],
  ),
  role_principal: warning<{ value: string }>(
    'The principal is a role: the trust ends when that role is deleted and recreated.',
    ({ value }, { vendor, principal, member }) => [
      `This principal is the role of ${vendor} itself. AWS stores the unique ID of the role, not its name: if it has to be recreated, your role no longer trusts it.`,
      `Write ${principal}, and narrow it with ${member('StringEquals', { 'aws:PrincipalArn': value })}.`,
    ],
  ),
  redundant_principal: warning<{ value: string }>(
    "The principal is an identity of the vendor beside the vendor's whole account, which includes it.",
    ({ value }, { vendor, context }) => [
      `${quoteValue(value)} is in the account of ${vendor}, which the same statement trusts as a whole. It adds nothing, and IAM replaces it by a unique ID when that identity is deleted.`,
      `Remove it; ${quoteValue(vendorRootArn(context))} is enough.`,
    ],
  ),
  other_accounts: warning<{ values: readonly string[] }>(
    'The same statement trusts other principals with the same external ID.',
    ({ values }) => [
      `The same statement also trusts ${values.slice(0, 3).map(quoteValue).join(', ')}${values.length > 3 ? ' and others' : ''} on the same conditions. With your external ID, which is not a secret, they can assume the role as well.`,
      'Give each of them a separate statement with a separate external ID, or remove those that you do not know.',
    ],
  ),
  not_action: warning('`NotAction` allows every action that it does not name.', (_, { action }) => [
    'NotAction allows every action that it does not name.',
    `Write ${action}.`,
  ]),
  broad_action: warning<{ patterns: readonly string[]; allowed: readonly string[] }>(
    'The statement allows more actions than are needed, such as `sts:*`.',
    ({ patterns, allowed }, { action }) => [
      `${patterns.map(quoteValue).join(', ')} is a pattern. ${
        allowed.length === 0
          ? 'It allows nothing more today, but would allow an action of that name that AWS adds later.'
          : `Beside what is needed, it allows ${allowed.join(', ')}.`
      }`,
      `Write ${action}.`,
    ],
  ),
  access_expires: warning<{ key: string; value: string }>(
    'A condition ends the access of the vendor at a certain time.',
    ({ key, value }, { vendor }) => [
      `The condition on ${key} ends the access of ${vendor} at ${value}. From then on AWS denies the role.`,
      'Remove the condition if the access should last, or change the date in time.',
    ],
  ),
  statement_left_out: warning<{ label: string; reason: 'rejected' | 'deleted' }>(
    'The suggested policy omits a statement because IAM would reject it.',
    ({ label, reason }) => [
      `The suggested policy omits ${label}, because ${reason === 'deleted' ? 'all its principals were deleted' : 'IAM would reject it'}.`,
      'If you need the statement, correct it and add it again.',
    ],
  ),
};
