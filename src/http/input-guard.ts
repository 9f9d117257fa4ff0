import { invalidRequest, Problem } from './problem.ts';

/** Deeper than any valid input. Deeply nested arrays would otherwise exhaust the stack of a recursive function. */
const MAX_DEPTH = 32;

/** Maps every spelling of a key to one: case, separators, full-width letters, invisible characters. */
function normalizeKey(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function pathText(path: (string | number)[]): string {
  return path.join('.') || '(root)';
}

interface GuardOptions {
  policyMembers?: readonly string[] | undefined;
  searchedMember?: string | undefined;
}

/**
 * Rejects input that no body, query or path may contain:
 * - an external ID under any spelling at any depth; only inside a policy document, a member named in `policyMembers`,
 *   may the condition key `sts:ExternalId` occur, and only `searchedMember` of a query may name one to search for
 * - characters that PostgreSQL cannot store
 * - nesting deeper than MAX_DEPTH
 * @throws Problem `external_id_not_settable` or `validation_failed`
 */
export function guardInput(input: unknown, { policyMembers = [], searchedMember }: GuardOptions = {}): void {
  const isPolicy = ([member]: (string | number)[]): boolean => policyMembers.some((one) => one === member);
  const pending: { value: unknown; path: (string | number)[] }[] = [{ value: input, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') guardText(value, path);
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= MAX_DEPTH) throw invalid(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        guardText(key, path);
        const isSearched = path.length === 0 && key === searchedMember;
        if (!isPolicy(path) && !isSearched) guardKey(key, path);
      }
      pending.push({ value: member, path: [...path, key] });
    }
  }
}

function guardKey(key: string, path: (string | number)[]): void {
  if (namesExternalId(key)) throw externalIdNotSettable(pathText([...path, key]));
}

export function namesExternalId(key: string): boolean {
  return normalizeKey(key).includes('externalid');
}

export function externalIdNotSettable(path: string): Problem {
  return new Problem(
    'external_id_not_settable',
    'External IDs are issued by Countersign and nobody can set them. Send the request again without this key.',
    { errors: [{ path, message: 'an external ID cannot be set' }] },
  );
}

function guardText(text: string, path: (string | number)[]): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalid(path, 'must be well-formed Unicode without NUL characters');
  }
}

function invalid(path: (string | number)[], message: string): Problem {
  return invalidRequest([{ path: pathText(path), message }]);
}
