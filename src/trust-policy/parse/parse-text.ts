import type { ParsedTrustPolicy } from '../trust-policy.ts';
import { parseTrustPolicy } from './parse.ts';

/**
 * Reads a role trust policy from JSON text; see `parseTrustPolicy`.
 *
 * Rejects duplicate keys, as IAM does. JSON.parse silently keeps the last one, so a condition that a reader sees in
 * the text might not be in effect.
 */
export function parseTrustPolicyText(text: string): ParsedTrustPolicy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, problems: [{ path: '', message: 'must be JSON' }] };
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    return {
      ok: false,
      problems: [{ path: '', message: `contains the key ${duplicate} twice in one object` }],
    };
  }
  return parseTrustPolicy(document);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Finds the first duplicate key in a text that is valid JSON. */
function findDuplicateKey(text: string): string | undefined {
  const openScopes: Set<string>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') openScopes.push(new Set());
    else if (token === '}' || token === ']') openScopes.pop();
    else if (token !== ':') lastString = token;
    else {
      // Keys are compared after decoding, because "\u0041ction" is the key "Action".
      const key: unknown = JSON.parse(lastString);
      const keys = openScopes.at(-1);
      if (typeof key !== 'string' || keys === undefined) continue;
      if (keys.has(key)) return JSON.stringify(key);
      keys.add(key);
    }
  }
  return undefined;
}
