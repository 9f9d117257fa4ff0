import { quoteValue } from '../../json-values.ts';
import { explainUnmetKey } from '../unmet-key.ts';
import {
  actionMember,
  externalIdMember,
  member,
  principalMember,
  vendorName,
  type Wording,
} from '../wording.ts';
import { quoteIds, writeIds } from './access.ts';
import { define } from './define.ts';
import { FIX_PRINCIPAL_OF_DENY } from './grammar.ts';

interface UnmetCondition {
  operator: string;
  key: string;
  /** Whether the statement trusts everyone, so that it must not lose a condition. */
  trustsEveryone: boolean;
  isInDeny: boolean;
}

const sent = (wording: Wording): string =>
  `${vendorName(wording)} sends ${quoteIds(wording)}, so AWS denies the request.`;

/** A statement for everyone would be open without its condition, so the fix replaces the whole statement. */
const replaceStatement = (wording: Wording): string =>
  `Do not just remove the condition: the statement would trust everyone. Write ${principalMember(wording)} and ${externalIdMember(wording)} instead.`;

export type DenyChange = 'exempted' | 'principal_removed' | 'statement_removed';

const leaveDeny = (wording: Wording): string =>
  `If you intend to deny ${vendorName(wording)}, leave it as it is.`;

const DENY_FIXES: Record<DenyChange, (wording: Wording) => string> = {
  principal_removed: (wording) =>
    `Remove the principal of ${vendorName(wording)} from it, as in the suggested policy. ${leaveDeny(wording)}`,
  exempted: (wording) =>
    `Exempt the account of ${vendorName(wording)} with ${member('StringNotEquals', { 'aws:PrincipalAccount': wording.context.vendor.accountId }, wording)} in its Condition. The suggested policy keeps the Deny for everyone else.`,
  statement_removed: (wording) =>
    `It applies to ${vendorName(wording)} alone, so the only fix is to remove it, as in the suggested policy. ${leaveDeny(wording)}`,
};

/** Reasons why the vendor cannot assume the role with the correct external ID. */
export const DENIAL_FINDINGS = {
  vendor_not_trusted: define<{ isOnlyForServices: boolean }>(
    'error',
    "No statement trusts the vendor's account.",
    ({ isOnlyForServices }, wording) => ({
      message: isOnlyForServices
        ? `This statement has your external ID but trusts only services or identity providers. ${vendorName(wording)} calls from an AWS account.`
        : `No statement allows ${vendorName(wording)} to assume the role: none is for its account ${wording.context.vendor.accountId}.`,
      fix: `Add a statement with ${principalMember(wording)}, ${actionMember(wording)} and ${externalIdMember(wording)}, as in the suggested policy.`,
    }),
  ),
  wrong_account: define<{ value: string; account: string; typo: string | null }>(
    'error',
    "The principal is in an account other than the vendor's, perhaps because of a typo.",
    ({ value, account, typo }, wording) => ({
      message: `${quoteValue(value)} is in account ${account}, but the account of ${vendorName(wording)} is ${wording.context.vendor.accountId}.${typo === null ? '' : ` This looks like a typo: ${typo}.`}`,
      fix: `Write ${principalMember(wording)}.`,
    }),
  ),
  wrong_partition: define<{ value: unknown; partition: string; exists: boolean; effect: unknown }>(
    'error',
    'The principal is in another AWS partition than the role, or in one that does not exist.',
    ({ value, partition, exists, effect }, wording) => ({
      message: `${quoteValue(value)} is in the AWS partition ${quoteValue(partition)}, ${
        exists
          ? `but ${vendorName(wording)} calls from ${quoteValue(wording.context.vendor.partition)}. A role cannot be assumed from another partition, and IAM refuses such a principal.`
          : `which does not exist. The partition of your account is ${quoteValue(wording.context.vendor.partition)}.`
      }`,
      fix: effect === 'Deny' ? FIX_PRINCIPAL_OF_DENY : `Write ${principalMember(wording)}.`,
    }),
  ),
  other_principal: define<{ value: string; broker: string | null }>(
    'error',
    "The principal is a role, user or session in the vendor's account, but not the identity that calls.",
    ({ value, broker }, wording) => ({
      message:
        broker === null
          ? `${quoteValue(value)} is one identity in the account of ${vendorName(wording)}, and it is not certain that it is the one that calls. Trust the account; the external ID restricts the access.`
          : `${quoteValue(value)} is not the identity that calls, which is ${broker}.`,
      fix: `Write ${principalMember(wording)}.`,
    }),
  ),
  wrong_action: define<{ actions: readonly string[]; negated: boolean }>(
    'error',
    'The statement for the vendor does not allow `sts:AssumeRole`.',
    ({ actions, negated }, wording) => ({
      message: negated
        ? 'NotAction excludes sts:AssumeRole, which is the action that is needed.'
        : `The statement for ${vendorName(wording)} allows ${actions.map(quoteValue).join(', ')}, but not sts:AssumeRole, which is the action that is needed.`,
      fix: `Write ${actionMember(wording)}.`,
    }),
  ),
  wrong_external_id: define<{ description: string | null; isLiteralPattern: boolean }>(
    'error',
    'The condition names an external ID other than the one that was issued.',
    ({ description, isLiteralPattern }, wording) => ({
      message:
        description === null
          ? 'The list of external IDs is empty, so no external ID is accepted.'
          : `${description}${isLiteralPattern ? ', and this operator compares it literally; a wildcard would not be safe either' : ''}. ${sent(wording)}`,
      fix: writeIds(wording),
    }),
  ),
  external_id_mistyped: define<{ description: string }>(
    'error',
    'The value is almost the external ID: case, white space, quotation marks or a few characters differ.',
    ({ description }, wording) => ({ message: `${description}. ${sent(wording)}`, fix: writeIds(wording) }),
  ),
  operator_unsuited: define<{ operator: string }>(
    'error',
    'The operator cannot compare external IDs.',
    ({ operator }, wording) => ({
      message: `${operator} does not compare strings, so it never matches an external ID.`,
      fix: writeIds(wording),
    }),
  ),
  principal_arn_mismatch: define<{
    operator: string;
    values: readonly string[];
    trustsEveryone: boolean;
    broker: string | null;
  }>(
    'error',
    "The vendor's identity does not meet a condition on `aws:PrincipalArn`.",
    ({ operator, values, trustsEveryone, broker }, wording) => {
      const { brokerRoleArn } = wording.context.vendor;
      const written = `${operator} ${values.map(quoteValue).join(', ')}`;
      const message = `aws:PrincipalArn is the ARN of the identity that calls${broker === null ? '' : `, ${broker}`}. It does not meet ${written}.`;
      if (trustsEveryone) return { message, fix: replaceStatement(wording) };
      return {
        message,
        fix:
          brokerRoleArn === null
            ? `Remove the condition on aws:PrincipalArn from the statement for ${vendorName(wording)}; the external ID restricts the access.`
            : `Write ${member('StringEquals', { 'aws:PrincipalArn': brokerRoleArn }, wording)}.`,
      };
    },
  ),
  condition_not_met: define<Omit<UnmetCondition, 'isInDeny'> & { isTypo: boolean }>(
    'error',
    "The vendor's requests do not meet a condition.",
    ({ operator, key, trustsEveryone, isTypo }, wording) => {
      const message = `${vendorName(wording)} does not meet the condition ${operator} on ${quoteValue(key)}. ${isTypo ? 'This key does not exist. The correct key is "sts:ExternalId".' : explainUnmetKey(key)}`;
      if (isTypo) return { message, fix: 'Write "sts:ExternalId".' };
      if (trustsEveryone) return { message, fix: replaceStatement(wording) };
      return {
        message,
        fix: `Remove the condition on ${quoteValue(key)} from the statement for ${vendorName(wording)}. Other statements may keep theirs.`,
      };
    },
  ),
  condition_unknown: define<UnmetCondition>(
    'warning',
    "This check cannot know whether the vendor's requests meet a condition. A verification of the role shows it.",
    ({ operator, key, trustsEveryone, isInDeny }, wording) => {
      const message = `Whether this ${isInDeny ? 'Deny applies to' : 'statement allows'} ${vendorName(wording)} depends on the condition ${operator} on ${quoteValue(key)}, which this check cannot decide. ${explainUnmetKey(key)}`;
      const verify = `Verify the role: that shows whether ${vendorName(wording)} can assume it.`;
      if (isInDeny) {
        return {
          message,
          fix: `${verify} The suggested policy exempts the account of ${vendorName(wording)} and keeps the Deny for everyone else.`,
        };
      }
      if (trustsEveryone) return { message, fix: `${verify} ${replaceStatement(wording)}` };
      return {
        message,
        fix: `${verify} If it fails, remove the condition on ${quoteValue(key)} from the statement for ${vendorName(wording)}, as in the suggested policy.`,
      };
    },
  ),
  deny_hits_us: define<{ key: string | null; change: DenyChange; isCertain: boolean }>(
    'either',
    'A Deny statement applies to the vendor, and a Deny takes precedence over every Allow.',
    ({ key, change, isCertain }, wording) => ({
      message: `This Deny statement ${isCertain ? 'applies' : 'may apply'} to ${vendorName(wording)} even with the correct external ID, and a Deny takes precedence over every Allow.${key === null ? '' : ` It has a condition on ${key}. ${explainUnmetKey(key)}`}`,
      fix: DENY_FIXES[change](wording),
    }),
  ),
  not_admitted: define(
    'error',
    'The vendor cannot assume the role, for a reason that has no code of its own.',
    (_, wording) => ({
      message: `The statements together do not allow ${vendorName(wording)} to assume the role with the correct external ID.`,
      fix: 'Use the suggested policy.',
    }),
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

function missingAction(
  description: string,
  label: string,
  action: 'sts:TagSession' | 'sts:SetSourceIdentity',
) {
  return define('error', description, (_, wording) => ({
    message: wording.context.passedOnActions.includes(action)
      ? `The session of ${vendorName(wording)} in AWS has ${label}. AWS carries session attributes over to every role that it assumes, and requires ${action} for that. This policy does not allow it, so AWS denies the role even with the correct external ID.`
      : `The access profile sets ${label}, which requires ${action}. This policy does not allow it, so the role can be verified but not used.`,
    fix: `Write ${actionMember(wording)}.`,
  }));
}
