export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/**
 * One text for one value (RFC 8785, JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white
 * space, numbers and strings as ECMAScript writes them. Members that are undefined are left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members += `${members && ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Most text needs no escape; to see that is several times faster than to have JSON look for one. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}
