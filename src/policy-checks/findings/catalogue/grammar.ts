import { createMessages } from '../../../lib/message.ts';
import { quoteValue } from '../../json-values.ts';
import { findOddCharacters } from '../../odd-characters.ts';
import { common, error, errorOrWarning, warning, write } from './define.ts';
import { GRAMMAR_TEXTS, type MalformedPart, type PrincipalMistake } from './grammar-texts.ts';
import { oddCharactersOf } from './values.ts';

const text = createMessages(GRAMMAR_TEXTS);

const EXAMPLE_POLICY = '{"Version": "2012-10-17", "Statement": [ … ]}';

/** Elements that IAM rejects when a policy is saved. */
export const GRAMMAR_FINDINGS = {
  not_a_trust_policy: error(
    'The statement belongs to a permissions policy: it does not say who may assume the role.',
    () => [text('finding.not_a_trust_policy'), text('finding.not_a_trust_policy.fix')],
  ),
  malformed: error<{
    part: MalformedPart;
    /** Where it is in the statement, or what is there. */
    value?: string;
  }>('A part of the document does not follow the policy grammar.', ({ part, value = '' }, { externalId }) => [
    text(`malformed.${part}`, { value }),
    text(`malformed.${part}.fix`, { policy: EXAMPLE_POLICY, condition: externalId }),
  ]),
  version_invalid: error<{ version: unknown }>('The Version does not exist.', ({ version }, { member }) => [
    [
      text('finding.version_invalid', { version: quoteValue(version) }),
      oddCharactersOf(typeof version === 'string' ? findOddCharacters(version) : []) ||
        text('finding.version_invalid.date'),
    ],
    write(member('Version', '2012-10-17')),
  ]),
  version_old: warning<{ version: unknown }>(
    'Version is missing or is 2008-10-17, in which policy variables are treated as plain text.',
    ({ version }, { member }) => [
      text(version === undefined ? 'finding.version_old.missing' : 'finding.version_old', {
        variable: `\${aws:username}`,
      }),
      text('finding.version_old.fix', { version: member('Version', '2012-10-17') }),
    ],
  ),
  unknown_element: error<{
    element: string;
    intended?: string | undefined;
    belongs: 'policy' | 'statement' | 'inside';
  }>('The policy grammar has no element with this name.', ({ element: name, intended, belongs }) => {
    const element = quoteValue(name);
    const message = text(`finding.unknown_element.${belongs}`, { element });
    if (belongs === 'inside') return [message, text('finding.unknown_element.move', { element })];
    return [
      [
        message,
        oddCharactersOf(findOddCharacters(name)),
        intended !== undefined && text('finding.correctName', { name: quoteValue(intended) }),
      ],
      intended === undefined ? common('fix.remove', { value: element }) : write(quoteValue(intended)),
    ];
  }),
  resource_element: error<{ element: string }>(
    'The statement has a Resource element, which IAM rejects in a trust policy.',
    ({ element }) => [
      text('finding.resource_element', { element }),
      common('fix.remove', { value: element }),
    ],
  ),
  sid_invalid: error<{ sid: unknown; isRepeated: boolean }>(
    'A Sid has characters other than letters and digits, or two statements have the same one.',
    ({ sid: value, isRepeated }) => {
      const sid = quoteValue(value);
      return isRepeated
        ? [text('finding.sid_invalid.repeated', { sid }), text('finding.sid_invalid.repeated.fix')]
        : [text('finding.sid_invalid', { sid }), text('finding.sid_invalid.fix')];
    },
  ),
  unknown_operator: error<{ name: string; intended: string | undefined }>(
    'The condition operator does not exist.',
    ({ name, intended }, { externalId }) => {
      const operator = quoteValue(name);
      if (name.toLowerCase().endsWith('externalid'))
        return [text('finding.unknown_operator.key', { operator }), write(externalId)];
      return [
        [
          text('finding.unknown_operator', { operator }),
          oddCharactersOf(findOddCharacters(name)),
          intended !== undefined && text('finding.unknown_operator.intended', { name: quoteValue(intended) }),
        ],
        intended === undefined ? text('finding.unknown_operator.fix') : write(quoteValue(intended)),
      ];
    },
  ),
  condition_key_invalid: error<{ key: string; isExternalId: boolean }>(
    'The condition key lacks its service prefix, such as `ExternalId` for `sts:ExternalId`.',
    ({ key, isExternalId }) => [
      [
        text('finding.condition_key_invalid', { key: quoteValue(key) }),
        isExternalId
          ? text('finding.correctKey', { key: '"sts:ExternalId"' })
          : text('finding.condition_key_invalid.prefix'),
      ],
      isExternalId ? write('"sts:ExternalId"') : text('finding.condition_key_invalid.fix'),
    ],
  ),
  not_principal: error<{ effect: unknown; isRewritten: boolean; values: readonly unknown[] }>(
    'The statement has `NotPrincipal`, which IAM rejects in a trust policy.',
    ({ effect, isRewritten, values: all }, { vendor, principal }) => {
      const values =
        all.length > 0 ? all.slice(0, 5).map(quoteValue).join(', ') : text('finding.not_principal.named');
      if (effect === 'Allow')
        return [
          text('finding.not_principal.allow', { values }),
          text('finding.not_principal.allow.fix', { vendor, principal }),
        ];
      return [
        text('finding.not_principal.deny', { values }),
        isRewritten ? text('finding.not_principal.rewritten') : text('finding.not_principal.deny.fix'),
      ];
    },
  ),
  principal_invalid: error<{
    /** Undefined if the statement has none. */
    value?: unknown;
    intended?: unknown;
    mistake?: PrincipalMistake | undefined;
    effect: unknown;
  }>(
    'A principal is missing or has a form that IAM does not accept.',
    ({ value, intended, mistake, effect }, { vendor, principal, context }) => [
      value === undefined
        ? text('finding.principal_invalid.missing')
        : [
            text('finding.principal_invalid', { value: quoteValue(value) }),
            oddCharactersOf(typeof value === 'string' ? findOddCharacters(value) : []) ||
              (mistake !== undefined &&
                text(`principal.${mistake}`, {
                  example: `arn:${context.vendor.partition}:iam::111122223333:root`,
                })),
          ],
      intended !== undefined
        ? write(quoteValue(intended))
        : effect === 'Deny'
          ? common('fix.principalOfDeny')
          : text('finding.principal_invalid.fix', { vendor, principal }),
    ],
  ),
  deleted_principal: errorOrWarning<{ id: string; effect: unknown }>(
    'A principal is the unique ID that IAM shows in place of a role or user that was deleted.',
    ({ id, effect }) => [
      [
        text(`finding.deleted_principal.${id.startsWith('AROA') ? 'role' : 'user'}`, {
          id: quoteValue(id),
        }),
        text(`finding.deleted_principal.${effect === 'Deny' ? 'deny' : 'allow'}`),
      ],
      text('finding.deleted_principal.fix'),
    ],
  ),
  action_invalid: error<{ action?: unknown; intended?: string | undefined }>(
    'An action is missing or is not accepted in a trust policy.',
    ({ action, intended }, { action: member }) => [
      action === undefined
        ? text('finding.action_invalid.missing')
        : [
            text('finding.action_invalid', { action: quoteValue(action) }),
            intended === undefined
              ? text('finding.action_invalid.onlySts')
              : text('finding.action_invalid.prefix', { name: quoteValue(intended) }),
          ],
      write(intended === undefined ? member : quoteValue(intended)),
    ],
  ),
};
