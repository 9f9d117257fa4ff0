import { NEGATIVE_PROBE_DESCRIPTIONS, type NegativeProbe } from '../../../connections/verification.ts';
import { quoteValue } from '../../json-values.ts';
import { externalIdMember, principalMember, vendorName, type Wording } from '../wording.ts';
import { define } from './define.ts';

interface UnsafeOperator {
  operator: string;
  /** Whether the condition denies the correct external ID, instead of allowing others. */
  deniesUs: boolean;
}

const replaceIt = (wording: Wording): string => `Replace it with ${externalIdMember(wording)}.`;

/** Statements that allow the role to be assumed without the correct external ID, or by others. */
export const ACCESS_FINDINGS = {
  external_id_not_demanded: define<{ isForUs: boolean; hasOtherConditions: boolean; example: string | null }>(
    'error',
    "A statement allows the vendor, or another identity in the vendor's account, without requiring the external ID.",
    ({ isForUs, hasOtherConditions, example }, wording) => {
      const fix = `Add to its Condition: ${externalIdMember(wording)}. If another statement already allows ${vendorName(wording)}, remove this one.`;
      if (example !== null) {
        return {
          message: `This statement allows other identities in the account of ${vendorName(wording)}, such as ${quoteValue(example)}, without your external ID. Anyone who gives ${vendorName(wording)} the ARN of this role could then reach it through one of them, whatever other statements require.`,
          fix,
        };
      }
      return {
        message: `This statement ${isForUs ? 'allows' : 'is intended to allow'} ${vendorName(wording)} to assume the role, but has no condition on sts:ExternalId${hasOtherConditions ? ', only on other keys' : ''}. Anyone who gives ${vendorName(wording)} the ARN of this role could then reach it through ${vendorName(wording)}. One statement like this is enough, whatever the others require.`,
        fix,
      };
    },
  ),
  external_id_by_deny: define<{ deny: number }>(
    'warning',
    'A statement allows the vendor without requiring the external ID, and only a Deny statement enforces it.',
    ({ deny }, wording) => ({
      message: `This statement has no condition that enforces your external ID. Only the Deny in statement ${deny + 1} does. If somebody removes or narrows that Deny, the role is open.`,
      fix: `Add to the Condition of the Allow: ${externalIdMember(wording)}. Then the Deny is not needed for ${vendorName(wording)}.`,
    }),
  ),
  if_exists: define<{ operator: string }>(
    'error',
    'The operator ends in `IfExists`, so it also matches when no external ID is sent.',
    ({ operator }, wording) => ({
      message: `${operator} compares the external ID only if one is sent, so the role can be assumed without one.`,
      fix: replaceIt(wording),
    }),
  ),
  for_all_values: define<{ operator: string }>(
    'error',
    'The operator begins with `ForAllValues:`, so it also matches when no external ID is sent.',
    ({ operator }, wording) => ({
      message: `${operator} is also true when no external ID is sent, so the role can be assumed without one.`,
      fix: replaceIt(wording),
    }),
  ),
  negated_operator: define<UnsafeOperator>(
    'error',
    'A negated operator such as `StringNotEquals` accepts every other external ID, and requests without one.',
    ({ operator, deniesUs }, wording) => ({
      message: deniesUs
        ? `${operator} rejects the external IDs that it names and accepts all others. It has to be the reverse.`
        : `${operator} accepts every external ID other than the one it names, and requests without an external ID.`,
      fix: replaceIt(wording),
    }),
  ),
  null_condition: define<UnsafeOperator & { acceptsMissing: boolean }>(
    'error',
    '`Null` tests only whether an external ID is sent, not which one.',
    ({ operator, deniesUs, acceptsMissing }, wording) => ({
      message: deniesUs
        ? `${operator} allows ${vendorName(wording)} only when no external ID is sent, but yours is always sent.`
        : acceptsMissing
          ? `${operator} "true" requires that no external ID is sent, so the role can be assumed without one.`
          : `${operator} "false" requires only that some external ID is sent, so any value is accepted.`,
      fix: replaceIt(wording),
    }),
  ),
  case_ignored: define<{ operator: string }>(
    'error',
    'The operator ignores the difference between upper and lower case.',
    ({ operator }, wording) => ({
      message: `${operator} ignores the difference between upper and lower case. External IDs are case-sensitive, so compare yours exactly.`,
      fix: replaceIt(wording),
    }),
  ),
  wildcard: define<{ operator: string; pattern: string; example: string }>(
    'error',
    'A pattern also matches other external IDs.',
    ({ operator, pattern, example }, wording) => ({
      message: `${operator} with ${quoteValue(pattern)} matches more than your external ID: the role can also be assumed ${example}.`,
      fix: replaceIt(wording),
    }),
  ),
  variable: define<{ value: string; hasVariables: boolean; deniesUs: boolean }>(
    'error',
    'A policy variable is used in place of the external ID, so its value comes from the request itself.',
    ({ value, hasVariables, deniesUs }, wording) => ({
      message: !deniesUs
        ? `${quoteValue(value)} is a policy variable. Its value comes from the request, so any external ID that is sent can match.`
        : hasVariables
          ? `${quoteValue(value)} is a policy variable, and the request has no matching value for it.`
          : `${quoteValue(value)} is plain text here, because the policy does not have Version 2012-10-17.`,
      fix: replaceIt(wording),
    }),
  ),
  opens_without_right_id: define<{ probe: NegativeProbe }>(
    'error',
    'The role can be assumed without the correct external ID, for a reason that has no code of its own.',
    ({ probe }) => ({
      message: `The statements together allow the role to be assumed ${NEGATIVE_PROBE_DESCRIPTIONS[probe]}.`,
      fix: 'Use the suggested policy.',
    }),
  ),
  wildcard_principal: define<{ narrowedBy: string[] }>(
    'error',
    'The statement trusts everyone in AWS, and the external ID is not a secret.',
    ({ narrowedBy }, wording) => ({
      message: `The principal "*" trusts every AWS account${narrowedBy.length === 0 ? '' : `; the condition on ${narrowedBy.join(' and ')} does not tell whose the caller is`}. The external ID is not a secret: anyone who learns it can assume the role directly, without ${vendorName(wording)}.`,
      fix: `Write ${principalMember(wording)}.`,
    }),
  ),
  retired_external_id: define<{ value: string; isAlone: boolean }>(
    'either',
    'The policy names an external ID of this tenant that has been replaced.',
    ({ value, isAlone }, wording) => ({
      message: isAlone
        ? `${quoteValue(value)} was your external ID and has been replaced. ${vendorName(wording)} sends ${quoteIds(wording)}, so AWS denies the request.`
        : `${quoteValue(value)} was your external ID and has been replaced. It is never used or issued again, so it is harmless but has no effect.`,
      fix: isAlone ? `Write ${externalIdMember(wording)}.` : `Remove ${quoteValue(value)} from the list.`,
    }),
  ),
  other_external_id: define<{ value: string; description: string; isProbed: boolean }>(
    'either',
    'The policy also accepts another external ID.',
    ({ value, description, isProbed }, wording) => ({
      message: `The role can also be assumed with another external ID: ${description}.${isProbed ? '' : ` If it belongs to another customer of ${vendorName(wording)}, that customer can reach this role through ${vendorName(wording)}.`}`,
      fix: `Remove ${quoteValue(value)}${isProbed ? '' : ', unless it is also yours, for example from a second workspace'}.`,
    }),
  ),
};

export const quoteIds = ({ context }: Wording): string => context.externalIds.map(quoteValue).join(' or ');
export const writeIds = (wording: Wording): string => `Write ${externalIdMember(wording)}.`;
