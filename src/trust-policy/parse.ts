import { parseConditions } from './parse-conditions.ts';
import { isObject, listOf, Problems, unknownKeys } from './parse-shape.ts';
import {
  type ActionElement,
  type ParsedTrustPolicy,
  type PolicyVersion,
  PRINCIPAL_TYPES,
  type PrincipalElement,
  type Statement,
} from './trust-policy.ts';

/** Twice the largest policy that any AWS service stores: what is longer is an attack on the evaluator, not a policy. */
const LONGEST_DOCUMENT = 20_480;

const POLICY_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];
/** `*`, or a vendor, a colon and an action, either with wildcards. */
const ACTION = /^(\*|[\w*?-]+:[\w*?-]+)$/;

/**
 * Reads a role trust policy strictly: what is not understood in full is refused, never skipped.
 *
 * @param document the policy as parsed JSON; see `parseTrustPolicyText` for text.
 * @returns the policy, or up to 20 problems with their paths (Grammar of the IAM JSON policy language).
 */
export function parseTrustPolicy(document: unknown): ParsedTrustPolicy {
  const problems = new Problems();
  const policy = readPolicy(document, problems);
  if (policy === undefined || problems.any()) return { ok: false, problems: problems.list };
  // Safe only here: the shape is known by now, so the document is neither deep nor circular.
  const size = JSON.stringify(document).replace(/\s/g, '').length;
  if (size > LONGEST_DOCUMENT) {
    return {
      ok: false,
      problems: [{ path: '', message: `must have ${LONGEST_DOCUMENT} characters or fewer` }],
    };
  }
  return { ok: true, policy: { ...policy, size } };
}

function readPolicy(document: unknown, problems: Problems) {
  if (!isObject(document)) {
    problems.add('', 'must be a JSON object');
    return undefined;
  }
  unknownKeys(document, POLICY_KEYS, '', problems);
  if ('Id' in document && typeof document.Id !== 'string') problems.add('Id', 'must be a string');
  const version = readVersion(document.Version, 'Version' in document, problems);
  const written = document.Statement;
  if (Array.isArray(written) ? written.length === 0 : !isObject(written)) {
    problems.add('Statement', 'must be a statement or a non-empty array of statements');
    return undefined;
  }
  const statements = (Array.isArray(written) ? written : [written]).map((statement: unknown, index) =>
    readStatement(statement, index, Array.isArray(written) ? `Statement[${index}]` : 'Statement', problems),
  );
  return { version, statements: statements.filter((statement) => statement !== undefined) };
}

function readVersion(version: unknown, present: boolean, problems: Problems): PolicyVersion {
  if (!present || version === '2008-10-17') return '2008-10-17';
  if (version !== '2012-10-17') problems.add('Version', 'must be "2012-10-17" or "2008-10-17"');
  return '2012-10-17';
}

function readStatement(
  written: unknown,
  index: number,
  path: string,
  problems: Problems,
): Statement | undefined {
  if (!isObject(written)) {
    problems.add(path, 'must be an object');
    return undefined;
  }
  unknownKeys(written, STATEMENT_KEYS, path, problems);
  const { Sid: sid, Effect: effect } = written;
  if (sid !== undefined && typeof sid !== 'string') problems.add(`${path}.Sid`, 'must be a string');
  if (effect !== 'Allow' && effect !== 'Deny') problems.add(`${path}.Effect`, 'must be "Allow" or "Deny"');
  return {
    index,
    path,
    sid: typeof sid === 'string' ? sid : null,
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    principals: readPrincipals(written, path, problems),
    actions: readActions(written, path, problems),
    conditions: parseConditions(written, path, problems),
  };
}

/** The name of the one member of a pair that is there, or undefined, with a problem noted. */
function oneOf(written: Record<string, unknown>, names: [string, string], path: string, problems: Problems) {
  const present = names.filter((name) => Object.hasOwn(written, name));
  if (present.length === 1) return present[0];
  problems.add(path, `must have exactly one of ${names.join(' and ')}`);
  return undefined;
}

function readPrincipals(
  statement: Record<string, unknown>,
  path: string,
  problems: Problems,
): PrincipalElement {
  const name = oneOf(statement, ['Principal', 'NotPrincipal'], path, problems);
  if (name === undefined) return { negated: false, entries: [] };
  const here = `${path}.${name}`;
  const written = statement[name];
  const negated = name === 'NotPrincipal';
  if (written === '*') return { negated, entries: [{ type: '*', value: '*', path: here }] };
  if (!isObject(written)) {
    problems.add(here, 'must be "*" or an object such as {"AWS": "123456789012"}');
    return { negated, entries: [] };
  }
  unknownKeys(written, PRINCIPAL_TYPES, here, problems);
  const entries = PRINCIPAL_TYPES.filter((type) => Object.hasOwn(written, type)).flatMap((type) =>
    listOf(written[type], 'string', `${here}.${type}`, problems).map(({ value, path: at }) => ({
      type,
      value,
      path: at,
    })),
  );
  return { negated, entries };
}

function readActions(statement: Record<string, unknown>, path: string, problems: Problems): ActionElement {
  const name = oneOf(statement, ['Action', 'NotAction'], path, problems);
  if (name === undefined) return { negated: false, patterns: [] };
  const written = listOf(statement[name], 'string', `${path}.${name}`, problems);
  if (written.length === 0) problems.add(`${path}.${name}`, 'must name at least one action');
  for (const { value, path: at } of written) {
    if (!ACTION.test(value)) problems.add(at, 'must be an action such as "sts:AssumeRole"');
  }
  return { negated: name === 'NotAction', patterns: written.map(({ value }) => value) };
}
