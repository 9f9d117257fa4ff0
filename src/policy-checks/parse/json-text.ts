import { type ParsedText, unread } from './parsed-text.ts';
import { parseRelaxedText } from './relaxed-text.ts';
import { MISTAKES, positionIn, syntaxError } from './text-mistakes.ts';
import { TextError } from './text-scanner.ts';

/**
 * Parses JSON, and reads it even with mistakes that have only one possible correction. With any other mistake the text is
 * not read at all: findings about the rest of it would be about what the parser made of the mistake.
 */
export function parseJsonText(text: string): ParsedText {
  try {
    const { value, mistakes, repeatedKeys, findOffset } = parseRelaxedText(text, 'json');
    return {
      value,
      isWhole: true,
      syntax: 'json',
      repeatedKeys,
      findings: [...mistakes].map(([mistake, offset]) =>
        syntaxError(...MISTAKES[mistake], positionIn(text, offset)),
      ),
      locate: (path) => positionIn(text, findOffset(path)),
    };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    return unread(syntaxError(error.message, error.fix, positionIn(text, error.offset)));
  }
}
