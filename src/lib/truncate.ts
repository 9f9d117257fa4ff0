/**
 * The beginning of a text, at most `maxLength` UTF-16 code units. A character of two units is not cut in half: PostgreSQL
 * refuses half of one in JSON.
 */
export function truncate(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}
