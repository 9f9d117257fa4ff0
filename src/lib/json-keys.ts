/** Reads the keys of all objects in a JSON text, and whether the same object has had the key before (RFC 8259, section 4). */
export function* jsonKeys(text: string): Generator<{ key: string; isDuplicate: boolean }> {
  const openObjects: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') openObjects.push(new Set());
    else if (token === '}') openObjects.pop();
    else if (string !== undefined && colon !== undefined) {
      // Parsed, because "a" and "\u0061" are the same key.
      const key = JSON.parse(string) as string;
      const keys = openObjects.at(-1);
      yield { key, isDuplicate: keys?.has(key) ?? false };
      keys?.add(key);
    }
  }
}

/**
 * Reports whether any object in a JSON text contains the same key twice. JSON.parse silently keeps the last value, so a
 * check that reads the first one elsewhere could be bypassed.
 * @param text valid JSON
 */
export function hasDuplicateKeys(text: string): boolean {
  for (const { isDuplicate } of jsonKeys(text)) if (isDuplicate) return true;
  return false;
}
