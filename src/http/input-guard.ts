import { invalidRequest, Problem } from './problem.ts';

/** Deeper than any input of ours; a bomb of nested arrays must not reach a recursive function. */
const DEEPEST = 32;

/** Folds every spelling of a key into one: case, separators, full-width letters, invisible characters. */
function folded(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function lineOf(path: (string | number)[]): string {
  return path.join('.') || '(root)';
}

/**
 * Refuses what no request may carry, in a body, a query or the path: an external ID under any spelling at any depth
 * (only below a policy document, a member named in `policyAt`, may `sts:ExternalId` stand), characters that PostgreSQL cannot store,
 * and nesting beyond reason.
 * @throws Problem `external_id_not_settable` or `validation_failed`
 */
export function guardInput(input: unknown, { policyAt = [] }: { policyAt?: readonly string[] } = {}): void {
  const isPolicy = ([member]: (string | number)[]): boolean => policyAt.some((one) => one === member);
  const pending: { value: unknown; path: (string | number)[] }[] = [{ value: input, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') guardText(value, path);
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= DEEPEST) throw invalid(path, `must not be nested deeper than ${DEEPEST} levels`);
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        guardText(key, path);
        if (!isPolicy(path)) guardKey(key, path);
      }
      pending.push({ value: member, path: [...path, key] });
    }
  }
}

function guardKey(key: string, path: (string | number)[]): void {
  if (!folded(key).includes('externalid')) return;
  throw new Problem(
    'external_id_not_settable',
    'External IDs are issued by Countersign and can be set by nobody. Send the request again without this key.',
    { errors: [{ path: lineOf([...path, key]), message: 'an external ID cannot be set' }] },
  );
}

function guardText(text: string, path: (string | number)[]): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalid(path, 'must be well-formed Unicode without NUL characters');
  }
}

function invalid(path: (string | number)[], message: string): Problem {
  return invalidRequest([{ path: lineOf(path), message }]);
}
