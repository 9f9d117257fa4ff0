import { formatAsciiJson } from '../kit-text.ts';

/**
 * Escapes `${` and `%{`, which begin a template, as `$${` and `%%{`. With another sign before it, the result would be
 * `$$${`, which HCL parsers read differently. There the first sign is written as a Unicode escape, which is valid in a
 * quoted literal (decoded by HCL) and in JSON in a here-document (decoded by IAM).
 */
const escapeTemplates = (text: string): string =>
  text
    .replace(/(?<=[$%])[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'))
    .replace(/([$%])(?=\{)/g, '$1$1');

/** Formats a quoted literal in ASCII (HCL Native Syntax Specification, "Quoted templates"). */
export function quoteForHcl(text: string): string {
  const escaped = text.replace(/["\\]|[^\x20-\x7e]/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
  return `"${escapeTemplates(escaped)}"`;
}

/** Joins lines that are already escaped, omitting those that are `false`. */
export const joinLines = (...text: (string | false)[]): string =>
  text.filter((line) => line !== false).join('\n');

/**
 * Formats JSON as the value of an attribute. HCL normalizes strings to Unicode NFC, so an argument of jsonencode with a
 * decomposed letter would change; ASCII JSON does not. A here-document keeps backslashes, and no line of JSON equals its
 * end marker.
 */
export const formatJsonHeredoc = (value: unknown): string =>
  joinLines('<<-EOT', `    ${escapeTemplates(formatAsciiJson(value)).replaceAll('\n', '\n    ')}`, '  EOT');
