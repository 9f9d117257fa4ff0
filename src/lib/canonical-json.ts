export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/**
 * Serializes equal values to the same text (RFC 8785, JSON Canonicalization Scheme): keys sorted by UTF-16 code units,
 * no white space, numbers and strings as ECMAScript writes them. Keys with the value `undefined` are omitted.
 */
export function canonicalJson(value: Json): string {
  // Audit events are built in this order, since `JSON.stringify` takes half the time of sorting (decision 27).
  return isSorted(value) ? JSON.stringify(value) : sortAndSerialize(value);
}

function isSorted(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let previous = '';
  for (const key of Object.keys(value)) {
    if (key < previous || !isSorted(value[key])) return false;
    previous = key;
  }
  return true;
}

function sortAndSerialize(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortAndSerialize).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined)
      members += `${members && ','}${JSON.stringify(key)}:${sortAndSerialize(member)}`;
  }
  return `{${members}}`;
}
