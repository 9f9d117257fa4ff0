/**
 * Reports whether any object in a JSON text contains the same key twice (RFC 8259, section 4). JSON.parse silently
 * keeps the last value, so a check that reads the first one elsewhere could be bypassed.
 * @param text valid JSON
 */
export function hasDuplicateKeys(text: string): boolean {
  const openObjects: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') openObjects.push(new Set());
    else if (token === '}') openObjects.pop();
    else if (string !== undefined && colon !== undefined) {
      // Parsed, because "a" and "\u0061" are the same key.
      const key = JSON.parse(string) as string;
      const keys = openObjects.at(-1);
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
  }
  return false;
}
