import { editDistance } from '../lib/edit-distance.ts';
import type { CheckContext } from './context.ts';
import { findOddCharacters, type OddCharacter } from './odd-characters.ts';

/** How a value differs from the external ID that was probably intended. */
interface ExternalIdTypo {
  typo:
    | 'white_space'
    | 'upper_case'
    | 'odd_characters'
    | 'no_hyphens'
    | 'quotation_marks'
    | 'brackets'
    | 'punctuation'
    | 'beginning'
    | 'additional_text'
    | 'characters_differ';
  /** Those of `odd_characters`. */
  characters?: readonly OddCharacter[];
  /** The number of `characters_differ`. */
  distance?: number;
}

/** What a value is that is not an external ID which the vendor sends. */
export type OtherExternalId =
  | { kind: 'retired' | 'placeholder' | 'other' }
  | ({ kind: 'mistyped' } & ExternalIdTypo);

/** `active` is the current external ID or the successor of a rotation. */
type ComparedExternalId = { kind: 'active' } | OtherExternalId;

const PLACEHOLDER =
  /your|example|placeholder|change.?me|external.?id|to.?do|x{4,}|^<.*>$|^\$?\{.*\}$|\.\.\.|…/i;
const NOT_ALPHANUMERIC = /[^\p{L}\p{N}]/gu;
const normalize = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(NOT_ALPHANUMERIC, '');

/**
 * Compares a value with the external IDs of this tenant only. The result must not reveal whether the value was issued
 * to another tenant.
 */
export function compareExternalId(value: string, context: CheckContext): ComparedExternalId {
  const { externalIds, retiredExternalIds } = context;
  if (externalIds.includes(value)) return { kind: 'active' };
  if (retiredExternalIds.includes(value)) return { kind: 'retired' };
  for (const externalId of externalIds) {
    const typo = findTypo(value, externalId);
    if (typo) return { kind: 'mistyped', ...typo };
  }
  return { kind: PLACEHOLDER.test(value) || value === '' ? 'placeholder' : 'other' };
}

function findTypo(value: string, externalId: string): ExternalIdTypo | undefined {
  if (/^[ \t\r\n]*$/.test(value.replace(externalId, '')) && value.includes(externalId))
    return { typo: 'white_space' };
  if (value.toLowerCase() === externalId) return { typo: 'upper_case' };
  const normalized = normalize(value);
  const intended = normalize(externalId);
  if (normalized === intended) return findOtherPunctuation(value);
  if (normalized.length >= 8 && intended.startsWith(normalized)) return { typo: 'beginning' };
  if (normalized.length < 200 && normalized.includes(intended)) return { typo: 'additional_text' };
  if (Math.abs(normalized.length - intended.length) > 2) return undefined;
  const distance = editDistance(normalized, intended);
  return distance > 3 ? undefined : { typo: 'characters_differ', distance };
}

function findOtherPunctuation(value: string): ExternalIdTypo {
  const characters = findOddCharacters(value);
  if (characters.length > 0) return { typo: 'odd_characters', characters };
  if (!value.includes('-')) return { typo: 'no_hyphens' };
  if (/["'`\u2018-\u201f]/.test(value)) return { typo: 'quotation_marks' };
  return { typo: /[{}<>[\]()]/.test(value) ? 'brackets' : 'punctuation' };
}
