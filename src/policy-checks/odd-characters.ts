const ODD = /[^\x21-\x7e]/gu;
/** What a character looks like, by its Unicode category. */
const KINDS: [RegExp, string][] = [
  [/\t/, 'a tab'],
  [/[\n\r\u2028\u2029]/, 'a line break'],
  [/ /, 'a space'],
  [/\p{Zs}/u, 'an unusual space'],
  [/\p{Cf}|\p{Cc}/u, 'an invisible character'],
  [/[\p{Pd}\u2212]/u, 'a typographic hyphen or dash'],
  [/[\p{Pi}\p{Pf}\u201a\u201e]/u, 'a curly quotation mark'],
];

/** Names the characters of a value that look like others or like nothing, each with its code point. */
export function nameOddCharacters(text: string): string[] {
  const odd = [...new Set(text.match(ODD) ?? [])].slice(0, 3);
  return odd.map((character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const kind = KINDS.find(([pattern]) => pattern.test(character))?.[1] ?? `the character ${character}`;
    return `${kind} (U+${code})`;
  });
}

/** For the middle of a sentence: `, which contains a zero-width space (U+200B),`; empty if there is none. */
export function describeOddCharacters(text: string): string {
  const names = nameOddCharacters(text);
  return names.length === 0 ? '' : `, which contains ${names.join(' and ')}`;
}
