/**
 * Whether an object anywhere in a JSON text names a member twice (RFC 8259, section 4). JSON.parse takes the last one
 * and says nothing, so that whoever wrote the first and whoever reads the last believe different things.
 * @param text valid JSON
 */
export function hasDuplicateMembers(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined && colon !== undefined) {
      const name = JSON.parse(string) as string;
      const members = open.at(-1);
      if (members?.has(name)) return true;
      members?.add(name);
    }
  }
  return false;
}
