import type { AttributeAction } from '../../../broker/session-attributes.ts';
import { quoteValue } from '../../json-values.ts';
import { explainUnmetKey } from '../unmet-key.ts';
import type { Wording } from '../wording.ts';
import { error, errorOrWarning, FIX_PRINCIPAL_OF_DENY, warning, wrongOperator } from './define.ts';

interface UnmetCondition {
  operator: string;
  key: string;
  /** Whether the statement trusts everyone, so that it must not lose a condition. */
  trustsEveryone: boolean;
}

/** A statement for everyone would be open without its condition, so the fix replaces the whole statement. */
const replaceStatement = ({ principal, externalId }: Wording): string =>
  `Do not just remove the condition: the statement would trust everyone. Write ${principal} and ${externalId} instead.`;

export type DenyChange = 'exempted' | 'principal_removed' | 'statement_removed';

function fixOfDeny(change: DenyChange, { vendor, context, member }: Wording): string {
  const leaveIt = `If you intend to deny ${vendor}, leave it as it is.`;
  if (change === 'principal_removed')
    return `Remove the principal of ${vendor} from it, as in the suggested policy. ${leaveIt}`;
  if (change === 'statement_removed')
    return `It applies to ${vendor} alone, so the only fix is to remove it, as in the suggested policy. ${leaveIt}`;
  const exemption = member('StringNotEquals', { 'aws:PrincipalAccount': context.vendor.accountId });
  return `Exempt the account of ${vendor} with ${exemption} in its Condition. The suggested policy keeps the Deny for everyone else.`;
}

const missingAction = (description: string, label: string, action: AttributeAction) =>
  error(description, (_, { vendor, context, action: member }) => [
    context.passedOnActions.includes(action)
      ? `The session of ${vendor} in AWS has ${label}. AWS carries session attributes over to every role that it assumes, and requires ${action} for that. This policy does not allow it, so AWS denies the role even with the correct external ID.`
      : `The access profile sets ${label}, which requires ${action}. This policy does not allow it, so the role can be verified but not used.`,
    `Write ${member}.`,
  ]);

/** Reasons why the vendor cannot assume the role with the correct external ID. */
export const DENIAL_FINDINGS = {
  vendor_not_trusted: error<{ isOnlyForServices: boolean }>(
    "No statement trusts the vendor's account.",
    ({ isOnlyForServices }, { vendor, context, principal, action, externalId }) => [
      isOnlyForServices
        ? `This statement has your external ID but trusts only services or identity providers. ${vendor} calls from an AWS account.`
        : `No statement allows ${vendor} to assume the role: none is for its account ${context.vendor.accountId}.`,
      `Add a statement with ${principal}, ${action} and ${externalId}, as in the suggested policy.`,
    ],
  ),
  wrong_account: error<{ value: string; account: string; typo: string | null }>(
    "The principal is in an account other than the vendor's, perhaps because of a typo.",
    ({ value, account, typo }, { vendor, context, principal }) => [
      `${quoteValue(value)} is in account ${account}, but the account of ${vendor} is ${context.vendor.accountId}.${typo === null ? '' : ` This looks like a typo: ${typo}.`}`,
      `Write ${principal}.`,
    ],
  ),
  wrong_partition: error<{ value: unknown; partition: string; exists: boolean; effect: unknown }>(
    'The principal is in another AWS partition than the role, or in one that does not exist.',
    ({ value, partition, exists, effect }, { vendor, context, principal }) => [
      `${quoteValue(value)} is in the AWS partition ${quoteValue(partition)}, ${
        exists
          ? `but ${vendor} calls from ${quoteValue(context.vendor.partition)}. A role cannot be assumed from another partition, and IAM refuses such a principal.`
          : `which does not exist. The partition of your account is ${quoteValue(context.vendor.partition)}.`
      }`,
      effect === 'Deny' ? FIX_PRINCIPAL_OF_DENY : `Write ${principal}.`,
    ],
  ),
  other_principal: error<{ value: string; broker: string | null }>(
    "The principal is a role, user or session in the vendor's account, but not the identity that calls.",
    ({ value, broker }, { vendor, principal }) => [
      broker === null
        ? `${quoteValue(value)} is one identity in the account of ${vendor}, and it is not certain that it is the one that calls. Trust the account; the external ID restricts the access.`
        : `${quoteValue(value)} is not the identity that calls, which is ${broker}.`,
      `Write ${principal}.`,
    ],
  ),
  wrong_action: error<{ actions: readonly string[]; negated: boolean }>(
    'The statement for the vendor does not allow `sts:AssumeRole`.',
    ({ actions, negated }, { vendor, action }) => [
      negated
        ? 'NotAction excludes sts:AssumeRole, which is the action that is needed.'
        : `The statement for ${vendor} allows ${actions.map(quoteValue).join(', ')}, but not sts:AssumeRole, which is the action that is needed.`,
      `Write ${action}.`,
    ],
  ),
  wrong_external_id: error<{ description: string | null; isLiteralPattern: boolean }>(
    'The condition names an external ID other than the one that was issued.',
    ({ description, isLiteralPattern }, { vendor, ids, externalId }) => [
      description === null
        ? 'The list of external IDs is empty, so no external ID is accepted.'
        : `${description}${isLiteralPattern ? ', and this operator compares it literally; a wildcard would not be safe either' : ''}. ${vendor} sends ${ids}, so AWS denies the request.`,
      `Write ${externalId}.`,
    ],
  ),
  external_id_mistyped: error<{ description: string }>(
    'The value is almost the external ID: case, white space, quotation marks or a few characters differ.',
    ({ description }, { vendor, ids, externalId }) => [
      `${description}. ${vendor} sends ${ids}, so AWS denies the request.`,
      `Write ${externalId}.`,
    ],
  ),
  operator_unsuited: wrongOperator(
    'The operator cannot compare external IDs.',
    'does not compare strings, so it never matches an external ID.',
  ),
  principal_arn_mismatch: error<
    Omit<UnmetCondition, 'key'> & { values: readonly string[]; broker: string | null }
  >(
    "The vendor's identity does not meet a condition on `aws:PrincipalArn`.",
    ({ operator, values, trustsEveryone, broker }, wording) => {
      const { vendor, context, member } = wording;
      const { brokerRoleArn } = context.vendor;
      const fix =
        brokerRoleArn === null
          ? `Remove the condition on aws:PrincipalArn from the statement for ${vendor}; the external ID restricts the access.`
          : `Write ${member('StringEquals', { 'aws:PrincipalArn': brokerRoleArn })}.`;
      return [
        `aws:PrincipalArn is the ARN of the identity that calls${broker === null ? '' : `, ${broker}`}. It does not meet ${operator} ${values.map(quoteValue).join(', ')}.`,
        trustsEveryone ? replaceStatement(wording) : fix,
      ];
    },
  ),
  condition_not_met: error<UnmetCondition & { isTypo: boolean }>(
    "The vendor's requests do not meet a condition.",
    ({ operator, key, trustsEveryone, isTypo }, wording) => {
      const { vendor } = wording;
      const message = `${vendor} does not meet the condition ${operator} on ${quoteValue(key)}.`;
      if (isTypo)
        return [
          `${message} This key does not exist. The correct key is "sts:ExternalId".`,
          'Write "sts:ExternalId".',
        ];
      return [
        `${message} ${explainUnmetKey(key)}`,
        trustsEveryone
          ? replaceStatement(wording)
          : `Remove the condition on ${quoteValue(key)} from the statement for ${vendor}. Other statements may keep theirs.`,
      ];
    },
  ),
  condition_unknown: warning<UnmetCondition & { isInDeny: boolean }>(
    "This check cannot know whether the vendor's requests meet a condition. A verification of the role shows it.",
    ({ operator, key, trustsEveryone, isInDeny }, wording) => {
      const { vendor } = wording;
      const fix = isInDeny
        ? `The suggested policy exempts the account of ${vendor} and keeps the Deny for everyone else.`
        : trustsEveryone
          ? replaceStatement(wording)
          : `If it fails, remove the condition on ${quoteValue(key)} from the statement for ${vendor}, as in the suggested policy.`;
      return [
        `Whether this ${isInDeny ? 'Deny applies to' : 'statement allows'} ${vendor} depends on the condition ${operator} on ${quoteValue(key)}, which this check cannot decide. ${explainUnmetKey(key)}`,
        `Verify the role: that shows whether ${vendor} can assume it. ${fix}`,
      ];
    },
  ),
  deny_hits_us: errorOrWarning<{ key: string | null; change: DenyChange; isCertain: boolean }>(
    'A Deny statement applies to the vendor, and a Deny takes precedence over every Allow.',
    ({ key, change, isCertain }, wording) => [
      `This Deny statement ${isCertain ? 'applies' : 'may apply'} to ${wording.vendor} even with the correct external ID, and a Deny takes precedence over every Allow.${key === null ? '' : ` It has a condition on ${key}. ${explainUnmetKey(key)}`}`,
      fixOfDeny(change, wording),
    ],
  ),
  not_admitted: error(
    'The vendor cannot assume the role, for a reason that has no code of its own.',
    (_, { vendor }) => [
      `The statements together do not allow ${vendor} to assume the role with the correct external ID.`,
      'Use the suggested policy.',
    ],
  ),
  tag_session_missing: missingAction(
    'The access profile or the session of the vendor has session tags, and the policy does not allow `sts:TagSession`.',
    'session tags',
    'sts:TagSession',
  ),
  source_identity_missing: missingAction(
    'The access profile or the session of the vendor has a source identity, and the policy does not allow `sts:SetSourceIdentity`.',
    'a source identity',
    'sts:SetSourceIdentity',
  ),
};
