/**
 * Replaces control and formatting characters. Names come from customers: an escape sequence in one could rewrite what the
 * terminal shows, and a line break could forge a row.
 */
export function toPrintable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, '\ufffd');
}

/** The same on one line. */
export function toPrintableLine(text: string): string {
  return toPrintable(text).replaceAll('\n', ' ');
}

/** JSON with an escape for every character that is not ASCII, so that it is the same data and safe for a terminal. */
export function toAsciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[^\n -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const ZERO_WIDTH = /\p{M}/u;
const DOUBLE_WIDTH =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** The number of columns of a terminal that the text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return DOUBLE_WIDTH.test(character) ? 2 : 1;
}

/** Shortens a text that is too wide; the last character then is an ellipsis. */
export function truncate(text: string, maxWidth: number): string {
  if (widthOf(text) <= maxWidth) return text;
  let shown = '';
  let width = 1;
  for (const character of text) {
    width += widthOfCharacter(character);
    if (width > maxWidth) break;
    shown += character;
  }
  return `${shown}…`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks a text into lines between words. A word that is too long stays whole, so that it can be copied. */
export function wrap(text: string, maxWidth: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1) ?? '';
      if (line !== '' && widthOf(line) + 1 + widthOf(word) > maxWidth) lines.push(word);
      else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
    return lines;
  });
}
