import { NEGATIVE_PROBE_DESCRIPTIONS, type NegativeProbe } from '../../../connections/verification.ts';
import { quoteValue } from '../../json-values.ts';
import { error, errorOrWarning, warning, wrongOperator } from './define.ts';

interface UnsafeOperator {
  operator: string;
  /** Whether the condition denies the correct external ID, instead of allowing others. */
  deniesUs: boolean;
}

/** Statements that allow the role to be assumed without the correct external ID, or by others. */
export const ACCESS_FINDINGS = {
  external_id_not_demanded: error<{ isForUs: boolean; hasOtherConditions: boolean; example: string | null }>(
    "A statement allows the vendor, or another identity in the vendor's account, without requiring the external ID.",
    ({ isForUs, hasOtherConditions, example }, { vendor, externalId }) => [
      example === null
        ? `This statement ${isForUs ? 'allows' : 'is intended to allow'} ${vendor} to assume the role, but has no condition on sts:ExternalId${hasOtherConditions ? ', only on other keys' : ''}. Anyone who gives ${vendor} the ARN of this role could then reach it through ${vendor}. One statement like this is enough, whatever the others require.`
        : `This statement allows other identities in the account of ${vendor}, such as ${quoteValue(example)}, without your external ID. Anyone who gives ${vendor} the ARN of this role could then reach it through one of them, whatever other statements require.`,
      `Add to its Condition: ${externalId}. If another statement already allows ${vendor}, remove this one.`,
    ],
  ),
  external_id_by_deny: warning<{ deny: number }>(
    'A statement allows the vendor without requiring the external ID, and only a Deny statement enforces it.',
    ({ deny }, { vendor, externalId }) => [
      `This statement has no condition that enforces your external ID. Only the Deny in statement ${deny + 1} does. If somebody removes or narrows that Deny, the role is open.`,
      `Add to the Condition of the Allow: ${externalId}. Then the Deny is not needed for ${vendor}.`,
    ],
  ),
  if_exists: wrongOperator(
    'The operator ends in `IfExists`, so it also matches when no external ID is sent.',
    'compares the external ID only if one is sent, so the role can be assumed without one.',
  ),
  for_all_values: wrongOperator(
    'The operator begins with `ForAllValues:`, so it also matches when no external ID is sent.',
    'is also true when no external ID is sent, so the role can be assumed without one.',
  ),
  negated_operator: error<UnsafeOperator>(
    'A negated operator such as `StringNotEquals` accepts every other external ID, and requests without one.',
    ({ operator, deniesUs }, { externalId }) => [
      deniesUs
        ? `${operator} rejects the external IDs that it names and accepts all others. It has to be the reverse.`
        : `${operator} accepts every external ID other than the one it names, and requests without an external ID.`,
      `Replace it with ${externalId}.`,
    ],
  ),
  null_condition: error<UnsafeOperator & { acceptsMissing: boolean }>(
    '`Null` tests only whether an external ID is sent, not which one.',
    ({ operator, deniesUs, acceptsMissing }, { vendor, externalId }) => [
      deniesUs
        ? `${operator} allows ${vendor} only when no external ID is sent, but yours is always sent.`
        : acceptsMissing
          ? `${operator} "true" requires that no external ID is sent, so the role can be assumed without one.`
          : `${operator} "false" requires only that some external ID is sent, so any value is accepted.`,
      `Replace it with ${externalId}.`,
    ],
  ),
  case_ignored: wrongOperator(
    'The operator ignores the difference between upper and lower case.',
    'ignores the difference between upper and lower case. External IDs are case-sensitive, so compare yours exactly.',
  ),
  wildcard: errorOrWarning<{ operator: string; pattern: string; example: string }>(
    'A pattern also matches other external IDs.',
    ({ operator, pattern, example }, { externalId }) => [
      `${operator} with ${quoteValue(pattern)} matches more than your external ID: the role can also be assumed ${example}.`,
      `Replace it with ${externalId}.`,
    ],
  ),
  variable: error<{ value: string; hasVariables: boolean; deniesUs: boolean }>(
    'A policy variable is used in place of the external ID, so its value comes from the request itself.',
    ({ value, hasVariables, deniesUs }, { externalId }) => [
      !deniesUs
        ? `${quoteValue(value)} is a policy variable. Its value comes from the request, so any external ID that is sent can match.`
        : hasVariables
          ? `${quoteValue(value)} is a policy variable, and the request has no matching value for it.`
          : `${quoteValue(value)} is plain text here, because the policy does not have Version 2012-10-17.`,
      `Replace it with ${externalId}.`,
    ],
  ),
  opens_without_right_id: error<{ probe: NegativeProbe }>(
    'The role can be assumed without the correct external ID, for a reason that has no code of its own.',
    ({ probe }) => [
      `The statements together allow the role to be assumed ${NEGATIVE_PROBE_DESCRIPTIONS[probe]}.`,
      'Use the suggested policy.',
    ],
  ),
  wildcard_principal: error<{ narrowedBy: string[] }>(
    'The statement trusts everyone in AWS, and the external ID is not a secret.',
    ({ narrowedBy }, { vendor, principal }) => [
      `The principal "*" trusts every AWS account${narrowedBy.length === 0 ? '' : `; the condition on ${narrowedBy.join(' and ')} does not tell whose the caller is`}. The external ID is not a secret: anyone who learns it can assume the role directly, without ${vendor}.`,
      `Write ${principal}.`,
    ],
  ),
  retired_external_id: errorOrWarning<{ value: string; isAlone: boolean }>(
    'The policy names an external ID of this tenant that has been replaced.',
    ({ value, isAlone }, { vendor, ids, externalId }) => [
      `${quoteValue(value)} was your external ID and has been replaced. ${isAlone ? `${vendor} sends ${ids}, so AWS denies the request.` : 'It is never used or issued again, so it is harmless but has no effect.'}`,
      isAlone ? `Write ${externalId}.` : `Remove ${quoteValue(value)} from the list.`,
    ],
  ),
  other_external_id: errorOrWarning<{ value: string; description: string; isProbed: boolean }>(
    'The policy also accepts another external ID.',
    ({ value, description, isProbed }, { vendor }) => [
      `The role can also be assumed with another external ID: ${description}.${isProbed ? '' : ` If it belongs to another customer of ${vendor}, that customer can reach this role through ${vendor}.`}`,
      `Remove ${quoteValue(value)}${isProbed ? '' : ', unless it is also yours, for example from a second workspace'}.`,
    ],
  ),
};
