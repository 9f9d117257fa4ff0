import type { AwsError } from './aws-error.ts';

/** The content of an element: text, child elements by name, or a list. An `undefined` element is omitted. */
type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
    .replace(/\r/g, '&#xD;')
    .replace(FORBIDDEN_IN_XML, '\ufffd');
}

/** Characters that XML 1.0 forbids even when escaped. A parser would reject a response that contains one of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match control characters.
const FORBIDDEN_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Formats an element; an array becomes `member` elements, as in AWS responses. */
function element(name: string, value: XmlValue, attributes = ''): string {
  if (value === undefined) return '';
  return `<${name}${attributes}>${content(value)}</${name}>`;
}

function content(value: XmlValue): string {
  if (Array.isArray(value)) return value.map((item: XmlValue) => element('member', item)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, inner]) => element(name, inner))
      .join('');
  }
  return value === undefined ? '' : escapeText(String(value));
}

export function successXml(
  namespace: string,
  operation: string,
  result: XmlObject | null,
  requestId: string,
): string {
  const body: XmlObject = {
    ...(result === null ? {} : { [`${operation}Result`]: result }),
    ResponseMetadata: { RequestId: requestId },
  };
  return element(`${operation}Response`, body, ` xmlns="${namespace}"`);
}

export function errorXml(namespace: string, error: AwsError, requestId: string): string {
  const Type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = { Error: { Type, Code: error.code, Message: error.message }, RequestId: requestId };
  return element('ErrorResponse', body, ` xmlns="${namespace}"`);
}
