export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/**
 * Serializes equal values to the same text (RFC 8785, JSON Canonicalization Scheme): keys sorted by UTF-16 code units,
 * no white space, numbers and strings as ECMAScript writes them. Keys with the value `undefined` are omitted.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members += `${members && ','}${quote(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Most strings need no escapes. Checking for that first is several times faster than `JSON.stringify`. */
function quote(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}
