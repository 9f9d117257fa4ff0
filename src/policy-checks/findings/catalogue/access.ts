import type { NegativeProbe } from '../../../connections/verification.ts';
import { createMessages } from '../../../lib/message.ts';
import { explanation } from '../../../verification/explanation-texts.ts';
import type { OtherExternalId } from '../../compare-external-id.ts';
import { quoteValue } from '../../json-values.ts';
import { common, error, errorOrWarning, requireExternalId, warning, write, wrongOperator } from './define.ts';
import { describeExternalId } from './values.ts';

export const ACCESS_TEXTS = {
  'finding.external_id_not_demanded.allows':
    'This statement allows {vendor} to assume the role, but has no condition on sts:ExternalId.',
  'finding.external_id_not_demanded.intended':
    'This statement is intended to allow {vendor} to assume the role, but has no condition on sts:ExternalId.',
  'finding.external_id_not_demanded.otherKeys': 'It has conditions only on other keys.',
  'finding.external_id_not_demanded.risk':
    'Anyone who gives {vendor} the ARN of this role could then reach it through {vendor}. One statement like this is enough, whatever the others require.',
  'finding.external_id_not_demanded.identity':
    'This statement allows other identities in the account of {vendor}, such as {example}, without your external ID. Anyone who gives {vendor} the ARN of this role could then reach it through one of them, whatever other statements require.',
  'finding.external_id_not_demanded.fix': 'If another statement already allows {vendor}, remove this one.',
  'finding.external_id_by_deny':
    'This statement has no condition that enforces your external ID. Only the Deny in statement {number} does. If somebody removes or narrows that Deny, the role is open.',
  'finding.external_id_by_deny.fix': 'Then the Deny is not needed for {vendor}.',
  'finding.if_exists':
    '{operator} compares the external ID only if one is sent, so the role can be assumed without one.',
  'finding.for_all_values':
    '{operator} is also true when no external ID is sent, so the role can be assumed without one.',
  'finding.negated_operator':
    '{operator} accepts every external ID other than the one it names, and requests without an external ID.',
  'finding.negated_operator.denies':
    '{operator} rejects the external IDs that it names and accepts all others. It has to be the reverse.',
  'finding.null_condition.denies':
    '{operator} allows {vendor} only when no external ID is sent, but yours is always sent.',
  'finding.null_condition.missing':
    '{operator} "true" requires that no external ID is sent, so the role can be assumed without one.',
  'finding.null_condition.any':
    '{operator} "false" requires only that some external ID is sent, so any value is accepted.',
  'finding.case_ignored':
    '{operator} ignores the difference between upper and lower case. External IDs are case-sensitive, so compare yours exactly.',
  'finding.wildcard':
    '{operator} with {pattern} matches more than your external ID: the role can also be assumed {example}.',
  'finding.wildcard.withId': 'with {externalId}',
  'finding.variable':
    '{value} is a policy variable. Its value comes from the request, so any external ID that is sent can match.',
  'finding.variable.denies': '{value} is a policy variable, and the request has no matching value for it.',
  'finding.variable.plainText':
    '{value} is plain text here, because the policy does not have Version 2012-10-17.',
  'finding.opens_without_right_id': 'The statements together allow the role to be assumed {example}.',
  'finding.wildcard_principal': 'The principal "*" trusts every AWS account.',
  'finding.wildcard_principal.conditions': 'The condition on {keys} does not tell whose the caller is.',
  'finding.wildcard_principal.risk':
    'The external ID is not a secret: anyone who learns it can assume the role directly, without {vendor}.',
  'finding.retired_external_id.harmless':
    'It is never used or issued again, so it is harmless but has no effect.',
  'finding.retired_external_id.fix': 'Remove {value} from the list.',
  'finding.other_external_id': 'The role can also be assumed with another external ID.',
  'finding.other_external_id.listed': 'The list also contains {value}.',
  'finding.other_external_id.risk':
    'If it belongs to another customer of {vendor}, that customer can reach this role through {vendor}.',
  'finding.other_external_id.fix':
    'Remove {value}, unless it is also yours, for example from a second workspace.',
} as const;

const text = createMessages(ACCESS_TEXTS);

interface UnsafeOperator {
  operator: string;
  /** Whether the condition denies the correct external ID, instead of allowing others. */
  deniesUs: boolean;
}

/** Statements that allow the role to be assumed without the correct external ID, or by others. */
export const ACCESS_FINDINGS = {
  external_id_not_demanded: error<{
    isForUs: boolean;
    hasCondition: boolean;
    hasOtherConditions: boolean;
    example: string | null;
  }>(
    "A statement allows the vendor, or another identity in the vendor's account, without requiring the external ID.",
    ({ isForUs, hasCondition, hasOtherConditions, example }, wording) => {
      const { vendor } = wording;
      return [
        example === null
          ? [
              text(`finding.external_id_not_demanded.${isForUs ? 'allows' : 'intended'}`, { vendor }),
              hasOtherConditions && text('finding.external_id_not_demanded.otherKeys'),
              text('finding.external_id_not_demanded.risk', { vendor }),
            ]
          : text('finding.external_id_not_demanded.identity', { vendor, example: quoteValue(example) }),
        [requireExternalId(hasCondition, wording), text('finding.external_id_not_demanded.fix', { vendor })],
      ];
    },
  ),
  external_id_by_deny: warning<{ deny: number; hasCondition: boolean }>(
    'A statement allows the vendor without requiring the external ID, and only a Deny statement enforces it.',
    ({ deny, hasCondition }, wording) => [
      text('finding.external_id_by_deny', { number: deny + 1 }),
      [
        requireExternalId(hasCondition, wording),
        text('finding.external_id_by_deny.fix', { vendor: wording.vendor }),
      ],
    ],
  ),
  if_exists: wrongOperator(
    'The operator ends in `IfExists`, so it also matches when no external ID is sent.',
    (values) => text('finding.if_exists', values),
  ),
  for_all_values: wrongOperator(
    'The operator begins with `ForAllValues:`, so it also matches when no external ID is sent.',
    (values) => text('finding.for_all_values', values),
  ),
  negated_operator: error<UnsafeOperator>(
    'A negated operator such as `StringNotEquals` accepts every other external ID, and requests without one.',
    ({ operator, deniesUs }, { externalId: value }) => [
      text(deniesUs ? 'finding.negated_operator.denies' : 'finding.negated_operator', { operator }),
      common('fix.replace', { value }),
    ],
  ),
  null_condition: error<UnsafeOperator & { acceptsMissing: boolean }>(
    '`Null` tests only whether an external ID is sent, not which one.',
    ({ operator, deniesUs, acceptsMissing }, { vendor, externalId: value }) => [
      deniesUs
        ? text('finding.null_condition.denies', { operator, vendor })
        : text(`finding.null_condition.${acceptsMissing ? 'missing' : 'any'}`, { operator }),
      common('fix.replace', { value }),
    ],
  ),
  case_ignored: wrongOperator('The operator ignores the difference between upper and lower case.', (values) =>
    text('finding.case_ignored', values),
  ),
  wildcard: errorOrWarning<{
    operator: string;
    pattern: string;
    /** The probe or the external ID that it matches. */
    matched: { probe: NegativeProbe } | { externalId: string };
  }>(
    'A pattern also matches other external IDs.',
    ({ operator, pattern, matched }, { externalId: value }) => {
      const example =
        'probe' in matched
          ? explanation(`term.${matched.probe}`)
          : text('finding.wildcard.withId', { externalId: quoteValue(matched.externalId) });
      return [
        text('finding.wildcard', { operator, pattern: quoteValue(pattern), example }),
        common('fix.replace', { value }),
      ];
    },
  ),
  variable: error<{ value: string; hasVariables: boolean; deniesUs: boolean }>(
    'A policy variable is used in place of the external ID, so its value comes from the request itself.',
    ({ value, hasVariables, deniesUs }, { externalId }) => [
      text(
        !deniesUs
          ? 'finding.variable'
          : hasVariables
            ? 'finding.variable.denies'
            : 'finding.variable.plainText',
        { value: quoteValue(value) },
      ),
      common('fix.replace', { value: externalId }),
    ],
  ),
  opens_without_right_id: error<{ probe: NegativeProbe }>(
    'The role can be assumed without the correct external ID, for a reason that has no code of its own.',
    ({ probe }) => [
      text('finding.opens_without_right_id', { example: explanation(`term.${probe}`) }),
      common('fix.useSuggestedPolicy'),
    ],
  ),
  wildcard_principal: error<{ narrowedBy: readonly string[] }>(
    'The statement trusts everyone in AWS, and the external ID is not a secret.',
    ({ narrowedBy: keys }, { vendor, principal }) => [
      [
        text('finding.wildcard_principal'),
        keys.length > 0 && text('finding.wildcard_principal.conditions', { keys }),
        text('finding.wildcard_principal.risk', { vendor }),
      ],
      write(principal),
    ],
  ),
  retired_external_id: errorOrWarning<{ value: string; isAlone: boolean }>(
    'The policy names an external ID of this tenant that has been replaced.',
    ({ value, isAlone }, { vendor, ids, externalId }) => [
      [
        describeExternalId(quoteValue(value), { kind: 'retired' }),
        isAlone
          ? common('finding.vendorSends', { vendor, ids })
          : text('finding.retired_external_id.harmless'),
      ],
      isAlone ? write(externalId) : text('finding.retired_external_id.fix', { value: quoteValue(value) }),
    ],
  ),
  other_external_id: errorOrWarning<{ value: string; compared: OtherExternalId; isProbed: boolean }>(
    'The policy also accepts another external ID.',
    ({ value, compared, isProbed }, { vendor }) => {
      const quoted = { value: quoteValue(value) };
      const message = text('finding.other_external_id');
      if (isProbed)
        return [[message, text('finding.other_external_id.listed', quoted)], common('fix.remove', quoted)];
      return [
        [
          message,
          describeExternalId(quoted.value, compared),
          text('finding.other_external_id.risk', { vendor }),
        ],
        text('finding.other_external_id.fix', quoted),
      ];
    },
  ),
};
