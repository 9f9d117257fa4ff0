import { quoteValue } from '../../json-values.ts';
import { describeOddCharacters } from '../../odd-characters.ts';
import { error, errorOrWarning, FIX_PRINCIPAL_OF_DENY, warning } from './define.ts';

/** Elements that IAM rejects when a policy is saved. */
export const GRAMMAR_FINDINGS = {
  not_a_trust_policy: error(
    'The statement belongs to a permissions policy: it does not say who may assume the role.',
    () => [
      'This statement has a Resource and no Principal, so it belongs to a permissions policy, which says what the role may do. The trust policy says who may assume the role.',
      'Paste the policy that the IAM console shows under "Trust relationships" of the role.',
    ],
  ),
  malformed: error<{ problem: string; fix: string }>(
    'A part of the document does not follow the policy grammar.',
    ({ problem, fix }) => [problem, fix],
  ),
  version_invalid: error<{ version: unknown }>('The Version does not exist.', ({ version }, { member }) => [
    `The Version ${quoteValue(version)} does not exist. It is not the date of your change but names one of the two versions of the policy language.`,
    `Write ${member('Version', '2012-10-17')}.`,
  ]),
  version_old: warning<{ version: unknown }>(
    'Version is missing or is 2008-10-17, in which policy variables are treated as plain text.',
    ({ version }, { member }) => [
      `${version === undefined ? 'The policy has no Version' : 'Version is "2008-10-17"'}, so IAM uses the older policy language, in which variables such as \${aws:username} are plain text.`,
      `When you next change the policy, write ${member('Version', '2012-10-17')} and review every variable in it.`,
    ],
  ),
  unknown_element: error<{
    element: string;
    intended?: string | undefined;
    belongs: 'policy' | 'statement' | 'inside';
  }>('The policy grammar has no element with this name.', ({ element, intended, belongs }) => {
    const quoted = quoteValue(element);
    if (belongs === 'inside')
      return [
        `${quoted} is next to the statements but has to be inside one.`,
        `Move ${quoted} into the statement that it applies to.`,
      ];
    const correction = intended ? ` The correct name is ${quoteValue(intended)}.` : '';
    return [
      `A ${belongs} has no element ${quoted}${describeOddCharacters(element)}.${correction}`,
      intended ? `Write "${intended}".` : `Remove ${quoted}.`,
    ];
  }),
  resource_element: error<{ element: string }>(
    'The statement has a Resource element, which IAM rejects in a trust policy.',
    ({ element }) => [
      `A trust policy has no ${element}, because the resource is the role itself. IAM rejects it.`,
      `Remove ${element}.`,
    ],
  ),
  sid_invalid: error<{ sid: unknown; isRepeated: boolean }>(
    'A Sid has characters other than letters and digits, or two statements have the same one.',
    ({ sid, isRepeated }) =>
      isRepeated
        ? [
            `Two statements have the Sid ${quoteValue(sid)}. IAM rejects that.`,
            'Give each statement a different Sid, or none.',
          ]
        : [
            `The Sid ${quoteValue(sid)} has characters other than letters and digits. IAM rejects it in a trust policy.`,
            'Use only letters and digits, or remove the Sid.',
          ],
  ),
  unknown_operator: error<{ name: string; intended: string | undefined }>(
    'The condition operator does not exist.',
    ({ name, intended }, { externalId }) => {
      if (name.toLowerCase().endsWith('externalid'))
        return [
          `${quoteValue(name)} is directly inside Condition. It has to be inside an operator.`,
          `Write ${externalId}.`,
        ];
      const suggestion = intended ? ` You probably mean ${quoteValue(intended)}.` : '';
      return [
        `The condition operator ${quoteValue(name)}${describeOddCharacters(name)} does not exist, so IAM rejects it.${suggestion}`,
        intended
          ? `Write ${quoteValue(intended)}.`
          : 'Write an operator of the IAM policy language, such as "StringEquals".',
      ];
    },
  ),
  condition_key_invalid: error<{ key: string; isExternalId: boolean }>(
    'The condition key lacks its service prefix, such as `ExternalId` for `sts:ExternalId`.',
    ({ key, isExternalId }) => [
      `${quoteValue(key)} is not a condition key. ${isExternalId ? 'The correct key is "sts:ExternalId".' : 'A key begins with the name of a service and a colon.'}`,
      isExternalId
        ? 'Write "sts:ExternalId".'
        : 'Write the full key, such as "sts:ExternalId" or "aws:PrincipalArn".',
    ],
  ),
  not_principal: error<{ effect: unknown; isRewritten: boolean; names: string }>(
    'The statement has `NotPrincipal`, which IAM rejects in a trust policy.',
    ({ effect, isRewritten, names }, { vendor, principal }) => {
      if (effect === 'Allow')
        return [
          `NotPrincipal in an Allow trusts everyone in AWS except ${names}. IAM rejects it in a trust policy.`,
          `Name the principals that may assume the role. For ${vendor}, write ${principal}.`,
        ];
      return [
        `This Deny holds back everyone except ${names}. IAM rejects NotPrincipal in a trust policy, so nobody is held back as it is.`,
        isRewritten
          ? 'Write the Deny for Principal "*" with conditions that exempt the same principals, as in the suggested policy. It denies everyone else, as this one should.'
          : 'Write the Deny for Principal "*" with conditions on aws:PrincipalArn and aws:PrincipalAccount that exempt the same principals. Without it, everyone whom it should hold back gets in by the other statements.',
      ];
    },
  ),
  principal_invalid: error<{ value?: unknown; intended?: unknown; reason?: string; effect: unknown }>(
    'A principal is missing or has a form that IAM does not accept.',
    ({ value, intended, reason = '', effect }, { vendor, principal }) => [
      value === undefined
        ? 'The statement has no Principal, so it does not say who may assume the role.'
        : `IAM does not accept the principal ${quoteValue(value)}${reason}.`,
      intended !== undefined
        ? `Write ${quoteValue(intended)}.`
        : effect === 'Deny'
          ? FIX_PRINCIPAL_OF_DENY
          : `If it is meant for ${vendor}, write ${principal}.`,
    ],
  ),
  deleted_principal: errorOrWarning<{ id: string; effect: unknown }>(
    'A principal is the unique ID that IAM shows in place of a role or user that was deleted.',
    ({ id, effect }) => [
      `${quoteValue(id)} is the unique ID of ${id.startsWith('AROA') ? 'a role' : 'a user'} that was deleted. Nobody is ${effect === 'Deny' ? 'denied' : 'allowed'} by it, not even a new one with the same name, and IAM refuses it when the policy is saved again.`,
      'Remove it. If the same role or user exists again, write its ARN.',
    ],
  ),
  action_invalid: error<{ action?: unknown; intended?: string | undefined }>(
    'An action is missing or is not accepted in a trust policy.',
    ({ action, intended }, { action: member }) => [
      action === undefined
        ? 'The statement has no Action.'
        : `${quoteValue(action)} is not an action for a trust policy. ${intended ? `The correct name is "${intended}", with the service prefix.` : 'A trust policy may name only STS actions.'}`,
      intended ? `Write "${intended}".` : `Write ${member}.`,
    ],
  ),
};
