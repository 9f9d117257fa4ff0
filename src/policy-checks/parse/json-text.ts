import { isObject } from '../json-values.ts';
import { parseRelaxedText } from './relaxed-text.ts';
import type { ParsedText } from './text.ts';
import { MISTAKES, positionIn, syntaxError } from './text.ts';

/**
 * Parses JSON, and reads it even with mistakes that have only one possible correction.
 * @throws UnreadableText
 */
export function parseJsonText(text: string): ParsedText {
  const { value, mistakes, repeatedKeys, findOffset } = parseRelaxedText(text, 'json');
  // IAM gets the policy in it, and not the part of a template that was pasted.
  const isAroundPolicy = isObject(value) && !('Statement' in value) && !('Effect' in value);
  const reported = [...mistakes].filter(
    ([mistake]) => !isAroundPolicy || !/^(no_braces|leftover)$/.test(mistake),
  );
  const findings = reported.map(([mistake, offset]) =>
    syntaxError(...MISTAKES[mistake], positionIn(text, offset)),
  );
  return {
    value,
    syntax: 'json',
    repeatedKeys,
    findings,
    locate: (path) => positionIn(text, findOffset(path)),
  };
}
