import { parseTrustPolicy } from './parse.ts';
import type { ParsedTrustPolicy } from './trust-policy.ts';

/**
 * Reads a role trust policy from JSON text; otherwise as `parseTrustPolicy`.
 *
 * A repeated key is refused, as IAM does: JSON.parse would keep the last one in silence, so that a reader of the text
 * may see a condition which is not in force.
 */
export function parseTrustPolicyText(text: string): ParsedTrustPolicy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, problems: [{ path: '', message: 'must be JSON' }] };
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) {
    return { ok: false, problems: [{ path: '', message: `has the key ${repeated} twice in one object` }] };
  }
  return parseTrustPolicy(document);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** The first key that stands twice in one object of a text that is known to be JSON. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') lastString = token;
    else {
      // Compared as decoded: "\u0041ction" is the key "Action".
      const key: unknown = JSON.parse(lastString);
      const keys = open.at(-1);
      if (typeof key !== 'string' || keys === undefined) continue;
      if (keys.has(key)) return JSON.stringify(key);
      keys.add(key);
    }
  }
  return undefined;
}
