import { asciiJson } from './setup-kit.ts';

/**
 * `${` and `%{` begin a template, and `$${` and `%%{` stand for them. A sign before those makes `$$${`, which
 * Terraform reads one way and other HCL parsers another; the sign by its number is beyond doubt, and it is the same
 * in a quoted literal, which HCL decodes, and in JSON in a here-document, which IAM decodes.
 */
export const escapeTemplates = (text: string): string =>
  text
    .replace(/(?<=[$%])[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'))
    .replace(/([$%])(?=\{)/g, '$1$1');

/** A quoted literal (HCL Native Syntax Specification, "Quoted templates"), in ASCII. */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]|[^\x20-\x7e]/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
  return `"${escapeTemplates(escaped)}"`;
}

/** Joined without more ado: what is put in has been escaped by its own rule already. */
export const lines = (...text: (string | false)[]): string =>
  text.filter((line) => line !== false).join('\n');

/**
 * JSON as the value of an attribute. Text in a here-document and not an argument of jsonencode: HCL normalises strings
 * to Unicode's form NFC, so that a decomposed letter would come out as another; in ASCII JSON there is nothing to
 * normalise. A here-document leaves backslashes alone, and no line of JSON can be its end mark.
 */
export const jsonHeredoc = (value: unknown): string =>
  lines('<<-EOT', `    ${escapeTemplates(asciiJson(value)).replaceAll('\n', '\n    ')}`, '  EOT');
