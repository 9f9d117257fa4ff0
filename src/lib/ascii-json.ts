/**
 * Escapes every character of a JSON text outside printable ASCII (except line feeds) as `\uXXXX`. The value stays the
 * same, and tools that assume another encoding cannot corrupt it.
 */
export function escapeNonAscii(json: string): string {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
