import { editDistance, said } from './shape.ts';
import type { Subject } from './subject.ts';

/** What a value in the place of the external ID is. */
export type IdKind = 'ours' | 'mistyped' | 'retired' | 'placeholder' | 'other';

export interface ComparedId {
  kind: IdKind;
  /** A clause about the value: `"…" is your ID in capital letters`. */
  words: string;
}

const PLACEHOLDER =
  /your|example|placeholder|change.?me|external.?id|to.?do|x{4,}|^<.*>$|^\$?\{.*\}$|\.\.\.|…/i;
const LETTERS = /[^\p{L}\p{N}]/gu;
const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(LETTERS, '');

/** Compares what stands in a policy with the IDs of this tenant; of others' IDs nothing is said, not even that they exist. */
export function compareId(value: string, subject: Subject): ComparedId {
  const { externalIds, retired } = subject;
  if (externalIds.includes(value)) return { kind: 'ours', words: `${said(value)} is your external ID` };
  if (retired.includes(value)) {
    return { kind: 'retired', words: `${said(value)} was your external ID, and has been replaced` };
  }
  for (const id of externalIds) {
    const difference = differenceOf(value, id);
    if (difference) return { kind: 'mistyped', words: `${said(value)} is ${difference}` };
  }
  if (PLACEHOLDER.test(value) || value === '') {
    return { kind: 'placeholder', words: `${said(value)} looks like a placeholder` };
  }
  return { kind: 'other', words: `${said(value)} is not the external ID that was issued to you` };
}

function differenceOf(value: string, id: string): string | undefined {
  if (value.trim() === id) return 'your external ID with white space around it';
  if (value.toLowerCase() === id) return 'your external ID in capital letters; case matters';
  const folded = fold(value);
  const own = fold(id);
  if (folded === own) {
    if (!value.includes('-')) return 'your external ID without its hyphens';
    if (/["'`\u2018-\u201f]/.test(value)) return 'your external ID with quotation marks inside the value';
    if (/[{}<>[\]()]/.test(value)) return 'your external ID with brackets around it';
    return 'your external ID with other characters among it';
  }
  if (folded.length >= 8 && own.startsWith(folded)) return 'only the beginning of your external ID';
  if (folded.length < 200 && folded.includes(own)) return 'your external ID with more around it';
  if (Math.abs(folded.length - own.length) > 2) return undefined;
  const distance = editDistance(folded, own);
  if (distance > 3) return undefined;
  return `your external ID but for ${distance === 1 ? 'one character' : `${distance} characters`}`;
}

/** Whether an account ID is another one by a slip: one digit, two digits swapped, one too many or too few. */
export function isSlipOf(account: string, meant: string): boolean {
  if (account === meant || Math.abs(account.length - meant.length) > 1 || !/^\d+$/.test(account))
    return false;
  if (editDistance(account, meant) === 1) return true;
  const differing = [...meant].flatMap((digit, i) => (digit === account[i] ? [] : [i]));
  const [first, second] = differing;
  return (
    account.length === meant.length &&
    differing.length === 2 &&
    second === (first ?? 0) + 1 &&
    account[first ?? 0] === meant[second] &&
    account[second] === meant[first ?? 0]
  );
}
