import type { AttributeAction } from '../../../broker/session-attributes.ts';
import { createMessages, type Message } from '../../../lib/message.ts';
import type { OtherExternalId } from '../../compare-external-id.ts';
import type { CallerName } from '../../context.ts';
import { quoteValue } from '../../json-values.ts';
import type { AccountIdTypo } from '../../principals.ts';
import { explainUnmetKey } from '../unmet-key.ts';
import type { Wording } from '../wording.ts';
import { common, error, errorOrWarning, nameCaller, warning, write, wrongOperator } from './define.ts';
import { DENIAL_TEXTS } from './denial-texts.ts';
import { describeExternalId } from './values.ts';

const text = createMessages(DENIAL_TEXTS);

interface UnmetCondition {
  operator: string;
  key: string;
  /** Whether the statement trusts everyone, so that it must not lose a condition. */
  trustsEveryone: boolean;
}

/** A statement for everyone would be open without its condition, so the fix replaces the whole statement. */
const replaceStatement = ({ principal, externalId: condition }: Wording): Message =>
  text('finding.unmet.replaceStatement', { principal, condition });

export type DenyChange = 'exempted' | 'principal_removed' | 'statement_removed';

function fixOfDeny(change: DenyChange, { vendor, context, member }: Wording): Message[] {
  const condition = member('StringNotEquals', { 'aws:PrincipalAccount': context.vendor.accountId });
  if (change === 'exempted') return [text('finding.deny_hits_us.exempt', { vendor, condition })];
  return [
    text(`finding.deny_hits_us.${change}`, { vendor }),
    text('finding.deny_hits_us.intended', { vendor }),
  ];
}

const missingAction = (description: string, attribute: 'tags' | 'sourceIdentity', action: AttributeAction) =>
  error(description, (_, { vendor, context, action: member }) => [
    context.passedOnActions.includes(action)
      ? text(`finding.attribute_missing.session.${attribute}`, { vendor, action })
      : text(`finding.attribute_missing.profile.${attribute}`, { action }),
    write(member),
  ]);

/** Reasons why the vendor cannot assume the role with the correct external ID. */
export const DENIAL_FINDINGS = {
  vendor_not_trusted: error<{ isOnlyForServices: boolean }>(
    "No statement trusts the vendor's account.",
    ({ isOnlyForServices }, { vendor, context, principal, action, externalId: condition }) => [
      isOnlyForServices
        ? text('finding.vendor_not_trusted.services', { vendor })
        : text('finding.vendor_not_trusted', { vendor, account: context.vendor.accountId }),
      text('finding.vendor_not_trusted.fix', { principal, action, condition }),
    ],
  ),
  wrong_account: error<{ value: string; account: string; typo: AccountIdTypo | null }>(
    "The principal is in an account other than the vendor's, perhaps because of a typo.",
    ({ value: principal, account, typo }, { vendor, context, principal: correct }) => {
      const value = quoteValue(principal);
      const positions = { first: typo?.position ?? 0, second: (typo?.position ?? 0) + 1 };
      return [
        [
          text('finding.wrong_account', { value, account, vendor, correct: context.vendor.accountId }),
          typo !== null && text(`finding.wrong_account.${typo.kind}`, positions),
        ],
        write(correct),
      ];
    },
  ),
  wrong_partition: error<{ value: unknown; partition: string; exists: boolean; effect: unknown }>(
    'The principal is in another AWS partition than the role, or in one that does not exist.',
    ({ value, partition, exists, effect }, { vendor, context, principal }) => [
      text(exists ? 'finding.wrong_partition' : 'finding.wrong_partition.unknown', {
        value: quoteValue(value),
        partition: quoteValue(partition),
        correct: quoteValue(context.vendor.partition),
        vendor,
      }),
      effect === 'Deny' ? common('fix.principalOfDeny') : write(principal),
    ],
  ),
  other_principal: error<{ value: string; caller: CallerName | null }>(
    "The principal is a role, user or session in the vendor's account, but not the identity that calls.",
    ({ value: named, caller }, { vendor, principal }) => {
      const value = quoteValue(named);
      return [
        caller === null
          ? text('finding.other_principal.unknown', { value, vendor })
          : text('finding.other_principal', { value, caller: nameCaller(caller, vendor) }),
        write(principal),
      ];
    },
  ),
  wrong_action: error<{ actions: readonly string[]; negated: boolean }>(
    'The statement for the vendor does not allow `sts:AssumeRole`.',
    ({ actions, negated }, { vendor, action }) => [
      negated
        ? text('finding.wrong_action.negated')
        : text('finding.wrong_action', { vendor, actions: actions.map(quoteValue).join(', ') }),
      write(action),
    ],
  ),
  wrong_external_id: error<{
    /** Null if the list of values is empty. */
    accepted: { value: string; compared: OtherExternalId } | null;
    isLiteralPattern: boolean;
  }>(
    'The condition names an external ID other than the one that was issued.',
    ({ accepted, isLiteralPattern }, { vendor, ids, externalId }) => [
      accepted === null
        ? text('finding.wrong_external_id.empty')
        : [
            describeExternalId(quoteValue(accepted.value), accepted.compared),
            isLiteralPattern && text('finding.wrong_external_id.literal'),
            common('finding.vendorSends', { vendor, ids }),
          ],
      write(externalId),
    ],
  ),
  external_id_mistyped: error<{ value: string; compared: OtherExternalId }>(
    'The value is almost the external ID: case, white space, quotation marks or a few characters differ.',
    ({ value, compared }, { vendor, ids, externalId }) => [
      [describeExternalId(quoteValue(value), compared), common('finding.vendorSends', { vendor, ids })],
      write(externalId),
    ],
  ),
  operator_unsuited: wrongOperator('The operator cannot compare external IDs.', (values) =>
    text('finding.operator_unsuited', values),
  ),
  principal_arn_mismatch: error<
    Omit<UnmetCondition, 'key'> & { values: readonly string[]; caller: CallerName | null }
  >(
    "The vendor's identity does not meet a condition on `aws:PrincipalArn`.",
    ({ operator, values, trustsEveryone, caller }, wording) => {
      const { vendor, context, member } = wording;
      const { brokerRoleArn } = context.vendor;
      const fix =
        brokerRoleArn === null
          ? text('finding.principal_arn_mismatch.fix', { vendor })
          : write(member('StringEquals', { 'aws:PrincipalArn': brokerRoleArn }));
      return [
        [
          caller === null
            ? text('finding.principal_arn_mismatch.unknown')
            : text('finding.principal_arn_mismatch', { caller: nameCaller(caller, vendor) }),
          text('finding.principal_arn_mismatch.values', {
            operator,
            values: values.map(quoteValue).join(', '),
          }),
        ],
        trustsEveryone ? replaceStatement(wording) : fix,
      ];
    },
  ),
  condition_not_met: error<UnmetCondition & { isTypo: boolean }>(
    "The vendor's requests do not meet a condition.",
    ({ operator, key: name, trustsEveryone, isTypo }, wording) => {
      const { vendor } = wording;
      const key = quoteValue(name);
      const message = text('finding.condition_not_met', { vendor, operator, key });
      if (isTypo) return [[message, text('finding.condition_not_met.typo')], write('"sts:ExternalId"')];
      return [
        [message, explainUnmetKey(name)],
        trustsEveryone ? replaceStatement(wording) : text('finding.condition_not_met.fix', { key, vendor }),
      ];
    },
  ),
  condition_unknown: warning<UnmetCondition & { denyChange: DenyChange | null }>(
    "This check cannot know whether the vendor's requests meet a condition. A verification of the role shows it.",
    ({ operator, key: name, trustsEveryone, denyChange }, wording) => {
      const { vendor } = wording;
      const key = quoteValue(name);
      const fixOfAllow = trustsEveryone
        ? replaceStatement(wording)
        : text('finding.condition_unknown.fix', { vendor, key });
      const effect = denyChange === null ? 'allow' : 'deny';
      return [
        [text(`finding.condition_unknown.${effect}`, { vendor, operator, key }), explainUnmetKey(name)],
        [
          text('finding.condition_unknown.verify', { vendor }),
          ...(denyChange === null ? [fixOfAllow] : fixOfDeny(denyChange, wording)),
        ],
      ];
    },
  ),
  deny_hits_us: errorOrWarning<{ key: string | null; change: DenyChange; isCertain: boolean }>(
    'A Deny statement applies to the vendor, and a Deny takes precedence over every Allow.',
    ({ key, change, isCertain }, wording) => [
      [
        text(`finding.deny_hits_us.${isCertain ? 'applies' : 'mayApply'}`, { vendor: wording.vendor }),
        ...(key === null ? [] : [text('finding.deny_hits_us.condition', { key }), explainUnmetKey(key)]),
      ],
      fixOfDeny(change, wording),
    ],
  ),
  not_admitted: error(
    'The vendor cannot assume the role, for a reason that has no code of its own.',
    (_, { vendor }) => [text('finding.not_admitted', { vendor }), common('fix.useSuggestedPolicy')],
  ),
  tag_session_missing: missingAction(
    'The access profile or the session of the vendor has session tags, and the policy does not allow `sts:TagSession`.',
    'tags',
    'sts:TagSession',
  ),
  source_identity_missing: missingAction(
    'The access profile or the session of the vendor has a source identity, and the policy does not allow `sts:SetSourceIdentity`.',
    'sourceIdentity',
    'sts:SetSourceIdentity',
  ),
};
