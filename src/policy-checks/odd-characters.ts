const ODD = /[^\x21-\x7e]/gu;
/** What a character looks like, by its Unicode category. */
const KINDS = [
  ['tab', /\t/],
  ['line_break', /[\n\r\u2028\u2029]/],
  ['space', / /],
  ['unusual_space', /\p{Zs}/u],
  ['invisible', /\p{Cf}|\p{Cc}/u],
  ['dash', /[\p{Pd}\u2212]/u],
  ['quotation_mark', /[\p{Pi}\p{Pf}\u201a\u201e]/u],
  ['other', /(?:)/],
] as const;

/** A character that looks like another one or like nothing. */
export interface OddCharacter {
  kind: (typeof KINDS)[number][0];
  character: string;
  /** Such as `U+200B`. */
  code: string;
}

export function findOddCharacters(text: string): OddCharacter[] {
  const odd = [...new Set(text.match(ODD) ?? [])].slice(0, 3);
  return odd.map((character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const kind = KINDS.find(([, pattern]) => pattern.test(character))?.[0] ?? 'other';
    return { kind, character, code: `U+${code}` };
  });
}
