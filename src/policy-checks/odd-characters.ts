const NAMES: Record<string, string> = {
  '\t': 'a tab',
  '\n': 'a line break',
  '\r': 'a line break',
  ' ': 'a space',
  '\u00a0': 'a non-breaking space',
  '\u00ad': 'a soft hyphen',
  '\u200b': 'a zero-width space',
  '\u200c': 'a zero-width non-joiner',
  '\u200d': 'a zero-width joiner',
  '\u200e': 'a left-to-right mark',
  '\u200f': 'a right-to-left mark',
  '\u2010': 'a typographic hyphen',
  '\u2011': 'a non-breaking hyphen',
  '\u2012': 'a figure dash',
  '\u2013': 'an en dash',
  '\u2014': 'an em dash',
  '\u2018': 'a curly quotation mark',
  '\u2019': 'a curly quotation mark',
  '\u201c': 'a curly quotation mark',
  '\u201d': 'a curly quotation mark',
  '\u2060': 'a word joiner',
  '\u2212': 'a minus sign',
  '\ufeff': 'a byte order mark',
};

const ODD = /[^\x21-\x7e]/gu;
const INVISIBLE = /\p{Cf}|\s/u;

/** Names the characters of a value that look like others or like nothing, each with its code point. */
export function nameOddCharacters(text: string): string[] {
  const odd = [...new Set(text.match(ODD) ?? [])].slice(0, 3);
  return odd.map((character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const visible = INVISIBLE.test(character) ? 'an invisible character' : `the character ${character}`;
    return `${NAMES[character] ?? visible} (U+${code})`;
  });
}

/** For the middle of a sentence: `, which contains a zero-width space (U+200B),`; empty if there is none. */
export function describeOddCharacters(text: string): string {
  const names = nameOddCharacters(text);
  return names.length === 0 ? '' : `, which contains ${names.join(' and ')}`;
}
