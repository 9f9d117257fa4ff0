import { editDistance } from '../lib/edit-distance.ts';
import type { CheckContext } from './context.ts';
import { quoteValue } from './json-values.ts';
import { nameOddCharacters } from './odd-characters.ts';

/** `active` is the current external ID or the successor of a rotation. */
type ExternalIdKind = 'active' | 'mistyped' | 'retired' | 'placeholder' | 'other';

interface ComparedExternalId {
  kind: ExternalIdKind;
  /** A clause about the value: `"…" is your external ID in capital letters`. */
  description: string;
}

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
  const quoted = quoteValue(value);
  if (externalIds.includes(value)) return { kind: 'active', description: `${quoted} is your external ID` };
  if (retiredExternalIds.includes(value)) {
    return { kind: 'retired', description: `${quoted} was your external ID and has been replaced` };
  }
  for (const externalId of externalIds) {
    const typo = describeTypo(value, externalId);
    if (typo) return { kind: 'mistyped', description: `${quoted} is ${typo}` };
  }
  if (PLACEHOLDER.test(value) || value === '') {
    return { kind: 'placeholder', description: `${quoted} looks like a placeholder` };
  }
  return { kind: 'other', description: `${quoted} is not the external ID that was issued to you` };
}

function describeTypo(value: string, externalId: string): string | undefined {
  if (/^[ \t\r\n]*$/.test(value.replace(externalId, '')) && value.includes(externalId))
    return 'your external ID with white space around it';
  if (value.toLowerCase() === externalId) return 'your external ID in capital letters, but case matters';
  const normalized = normalize(value);
  const intended = normalize(externalId);
  if (normalized === intended) {
    const odd = nameOddCharacters(value);
    if (odd.length > 0) return `your external ID with ${odd.join(' and ')} in it`;
    if (!value.includes('-')) return 'your external ID without its hyphens';
    if (/["'`\u2018-\u201f]/.test(value)) return 'your external ID with quotation marks inside the value';
    if (/[{}<>[\]()]/.test(value)) return 'your external ID with brackets around it';
    return 'your external ID with different punctuation';
  }
  if (normalized.length >= 8 && intended.startsWith(normalized))
    return 'only the beginning of your external ID';
  if (normalized.length < 200 && normalized.includes(intended))
    return 'your external ID with additional text around it';
  if (Math.abs(normalized.length - intended.length) > 2) return undefined;
  const distance = editDistance(normalized, intended);
  if (distance > 3) return undefined;
  return `your external ID except for ${distance === 1 ? 'one character' : `${distance} characters`}`;
}
