import { quoteValue } from '../../json-values.ts';
import { describeOddCharacters } from '../../odd-characters.ts';
import { actionMember, externalIdMember, member, principalMember, vendorName } from '../wording.ts';
import { define } from './define.ts';

/** A Deny must not get the vendor's principal. */
export const FIX_PRINCIPAL_OF_DENY =
  'Write the principal that the statement should deny. Without it, the statement denies less than it should.';

/** Elements that IAM rejects when a policy is saved. */
export const GRAMMAR_FINDINGS = {
  not_a_trust_policy: define(
    'error',
    'The statement belongs to a permissions policy: it does not say who may assume the role.',
    () => ({
      message:
        'This statement has a Resource and no Principal, so it belongs to a permissions policy, which says what the role may do. The trust policy says who may assume the role.',
      fix: 'Paste the policy that the IAM console shows under "Trust relationships" of the role.',
    }),
  ),
  malformed: define<{ problem: string; fix: string }>(
    'error',
    'A part of the document does not follow the policy grammar.',
    ({ problem, fix }) => ({ message: problem, fix }),
  ),
  version_invalid: define<{ version: unknown }>(
    'error',
    'The Version does not exist.',
    ({ version }, wording) => ({
      message: `The Version ${quoteValue(version)} does not exist. It is not the date of your change but names one of the two versions of the policy language.`,
      fix: `Write ${member('Version', '2012-10-17', wording)}.`,
    }),
  ),
  version_old: define<{ version: unknown }>(
    'warning',
    'Version is missing or is 2008-10-17, in which policy variables are treated as plain text.',
    ({ version }, wording) => ({
      message: `${version === undefined ? 'The policy has no Version' : 'Version is "2008-10-17"'}, so IAM uses the older policy language, in which variables such as \${aws:username} are plain text.`,
      fix: `When you next change the policy, write ${member('Version', '2012-10-17', wording)} and review every variable in it.`,
    }),
  ),
  unknown_element: define<{
    element: string;
    intended?: string | undefined;
    belongs: 'policy' | 'statement' | 'inside';
  }>('error', 'The policy grammar has no element with this name.', ({ element, intended, belongs }) => {
    const quoted = quoteValue(element);
    if (belongs === 'inside') {
      return {
        message: `${quoted} is next to the statements but has to be inside one.`,
        fix: `Move ${quoted} into the statement that it applies to.`,
      };
    }
    const correction = intended ? ` The correct name is ${quoteValue(intended)}.` : '';
    return {
      message: `A ${belongs} has no element ${quoted}${describeOddCharacters(element)}.${correction}`,
      fix: intended ? `Write "${intended}".` : `Remove ${quoted}.`,
    };
  }),
  resource_element: define<{ element: string }>(
    'error',
    'The statement has a Resource element, which IAM rejects in a trust policy.',
    ({ element }) => ({
      message: `A trust policy has no ${element}, because the resource is the role itself. IAM rejects it.`,
      fix: `Remove ${element}.`,
    }),
  ),
  sid_invalid: define<{ sid: unknown; isRepeated: boolean }>(
    'error',
    'A Sid has characters other than letters and digits, or two statements have the same one.',
    ({ sid, isRepeated }) =>
      isRepeated
        ? {
            message: `Two statements have the Sid ${quoteValue(sid)}. IAM rejects that.`,
            fix: 'Give each statement a different Sid, or none.',
          }
        : {
            message: `The Sid ${quoteValue(sid)} has characters other than letters and digits. IAM rejects it in a trust policy.`,
            fix: 'Use only letters and digits, or remove the Sid.',
          },
  ),
  unknown_operator: define<{ name: string; intended: string | undefined }>(
    'error',
    'The condition operator does not exist.',
    ({ name, intended }, wording) => {
      if (name.toLowerCase().endsWith('externalid')) {
        return {
          message: `${quoteValue(name)} is directly inside Condition. It has to be inside an operator.`,
          fix: `Write ${externalIdMember(wording)}.`,
        };
      }
      const suggestion = intended ? ` You probably mean ${quoteValue(intended)}.` : '';
      return {
        message: `The condition operator ${quoteValue(name)}${describeOddCharacters(name)} does not exist, so IAM rejects it.${suggestion}`,
        fix: intended
          ? `Write ${quoteValue(intended)}.`
          : 'Write an operator of the IAM policy language, such as "StringEquals".',
      };
    },
  ),
  condition_key_invalid: define<{ key: string; isExternalId: boolean }>(
    'error',
    'The condition key lacks its service prefix, such as `ExternalId` for `sts:ExternalId`.',
    ({ key, isExternalId }) => ({
      message: `${quoteValue(key)} is not a condition key. ${isExternalId ? 'The correct key is "sts:ExternalId".' : 'A key begins with the name of a service and a colon.'}`,
      fix: isExternalId
        ? 'Write "sts:ExternalId".'
        : 'Write the full key, such as "sts:ExternalId" or "aws:PrincipalArn".',
    }),
  ),
  not_principal: define<{ effect: unknown; isRewritten: boolean; names: string }>(
    'error',
    'The statement has `NotPrincipal`, which IAM rejects in a trust policy.',
    ({ effect, isRewritten, names }, wording) => {
      if (effect === 'Allow') {
        return {
          message: `NotPrincipal in an Allow trusts everyone in AWS except ${names}. IAM rejects it in a trust policy.`,
          fix: `Name the principals that may assume the role. For ${vendorName(wording)}, write ${principalMember(wording)}.`,
        };
      }
      return {
        message: `This Deny holds back everyone except ${names}. IAM rejects NotPrincipal in a trust policy, so nobody is held back as it is.`,
        fix: isRewritten
          ? 'Write the Deny for Principal "*" with conditions that exempt the same principals, as in the suggested policy. It denies everyone else, as this one should.'
          : 'Write the Deny for Principal "*" with conditions on aws:PrincipalArn and aws:PrincipalAccount that exempt the same principals. Without it, everyone whom it should hold back gets in by the other statements.',
      };
    },
  ),
  principal_invalid: define<{ value?: unknown; intended?: unknown; reason?: string; effect: unknown }>(
    'error',
    'A principal is missing or has a form that IAM does not accept.',
    ({ value, intended, reason = '', effect }, wording) => ({
      message:
        value === undefined
          ? 'The statement has no Principal, so it does not say who may assume the role.'
          : `IAM does not accept the principal ${quoteValue(value)}${reason}.`,
      fix:
        intended !== undefined
          ? `Write ${quoteValue(intended)}.`
          : effect === 'Deny'
            ? FIX_PRINCIPAL_OF_DENY
            : `If it is meant for ${vendorName(wording)}, write ${principalMember(wording)}.`,
    }),
  ),
  deleted_principal: define<{ id: string; effect: unknown }>(
    'either',
    'A principal is the unique ID that IAM shows in place of a role or user that was deleted.',
    ({ id, effect }) => ({
      message: `${quoteValue(id)} is the unique ID of ${id.startsWith('AROA') ? 'a role' : 'a user'} that was deleted. ${
        effect !== 'Deny'
          ? 'Nobody is allowed by it, not even a new one with the same name'
          : 'Nobody is denied by it, not even a new one with the same name'
      }, and IAM refuses it when the policy is saved again.`,
      fix: 'Remove it. If the same role or user exists again, write its ARN.',
    }),
  ),
  action_invalid: define<{ action?: unknown; intended?: string | undefined }>(
    'error',
    'An action is missing or is not accepted in a trust policy.',
    ({ action, intended }, wording) => ({
      message:
        action === undefined
          ? 'The statement has no Action.'
          : `${quoteValue(action)} is not an action for a trust policy. ${intended ? `The correct name is "${intended}", with the service prefix.` : 'A trust policy may name only STS actions.'}`,
      fix: intended ? `Write "${intended}".` : `Write ${actionMember(wording)}.`,
    }),
  ),
};
