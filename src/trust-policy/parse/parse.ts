import {
  type ActionElement,
  type ParsedTrustPolicy,
  type PolicyVersion,
  PRINCIPAL_TYPES,
  type PrincipalElement,
  type Statement,
} from '../trust-policy.ts';
import { parseConditions } from './parse-conditions.ts';
import { isObject, ProblemList, readValues, reportUnknownKeys } from './parse-shape.ts';

/** Twice the largest policy that any AWS service stores. A longer document is an attack on the evaluator. */
const MAX_DOCUMENT_CHARACTERS = 20_480;

const POLICY_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];
/** `*`, or a service prefix, a colon and an action; both may contain wildcards. */
const ACTION = /^(\*|[\w*?-]+:[\w*?-]+)$/;

/**
 * Reads a role trust policy strictly: an unsupported element is an error and is never ignored.
 *
 * @param document the policy as parsed JSON; see `parseTrustPolicyText` for text
 * @returns the policy, or up to 20 problems with their paths (Grammar of the IAM JSON policy language)
 */
export function parseTrustPolicy(document: unknown): ParsedTrustPolicy {
  const problems = new ProblemList();
  const policy = readPolicy(document, problems);
  if (policy === undefined || !problems.isEmpty()) return { ok: false, problems: problems.found };
  // JSON.stringify is safe only after the checks above, which rule out a deep or circular document.
  const size = JSON.stringify(document).replace(/\s/g, '').length;
  if (size > MAX_DOCUMENT_CHARACTERS) {
    return {
      ok: false,
      problems: [{ path: '', message: `must have ${MAX_DOCUMENT_CHARACTERS} characters or fewer` }],
    };
  }
  return { ok: true, policy: { ...policy, size } };
}

function readPolicy(document: unknown, problems: ProblemList) {
  if (!isObject(document)) {
    problems.add('', 'must be a JSON object');
    return undefined;
  }
  reportUnknownKeys(document, POLICY_KEYS, '', problems);
  if ('Id' in document && typeof document.Id !== 'string') problems.add('Id', 'must be a string');
  const version = readVersion(document.Version, 'Version' in document, problems);
  const element = document.Statement;
  if (Array.isArray(element) ? element.length === 0 : !isObject(element)) {
    problems.add('Statement', 'must be a statement or a non-empty array of statements');
    return undefined;
  }
  const statements = (Array.isArray(element) ? element : [element]).map((statement: unknown, index) =>
    readStatement(statement, index, Array.isArray(element) ? `Statement[${index}]` : 'Statement', problems),
  );
  return { version, statements: statements.filter((statement) => statement !== undefined) };
}

function readVersion(version: unknown, isPresent: boolean, problems: ProblemList): PolicyVersion {
  if (!isPresent || version === '2008-10-17') return '2008-10-17';
  if (version !== '2012-10-17') problems.add('Version', 'must be "2012-10-17" or "2008-10-17"');
  return '2012-10-17';
}

function readStatement(
  element: unknown,
  index: number,
  path: string,
  problems: ProblemList,
): Statement | undefined {
  if (!isObject(element)) {
    problems.add(path, 'must be an object');
    return undefined;
  }
  reportUnknownKeys(element, STATEMENT_KEYS, path, problems);
  const { Sid: sid, Effect: effect } = element;
  if (sid !== undefined && typeof sid !== 'string') problems.add(`${path}.Sid`, 'must be a string');
  if (effect !== 'Allow' && effect !== 'Deny') problems.add(`${path}.Effect`, 'must be "Allow" or "Deny"');
  return {
    index,
    path,
    sid: typeof sid === 'string' ? sid : null,
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    principals: readPrincipals(element, path, problems),
    actions: readActions(element, path, problems),
    conditions: parseConditions(element, path, problems),
  };
}

/** Returns the name of the one element that is present, or reports that both or neither are. */
function readExclusiveName(
  statement: Record<string, unknown>,
  names: [string, string],
  path: string,
  problems: ProblemList,
) {
  const present = names.filter((name) => Object.hasOwn(statement, name));
  if (present.length === 1) return present[0];
  problems.add(path, `must have exactly one of ${names.join(' and ')}`);
  return undefined;
}

function readPrincipals(
  statement: Record<string, unknown>,
  statementPath: string,
  problems: ProblemList,
): PrincipalElement {
  const name = readExclusiveName(statement, ['Principal', 'NotPrincipal'], statementPath, problems);
  if (name === undefined) return { negated: false, entries: [] };
  const path = `${statementPath}.${name}`;
  const element = statement[name];
  const negated = name === 'NotPrincipal';
  if (element === '*') return { negated, entries: [{ type: '*', value: '*', path }] };
  if (!isObject(element)) {
    problems.add(path, 'must be "*" or an object such as {"AWS": "123456789012"}');
    return { negated, entries: [] };
  }
  reportUnknownKeys(element, PRINCIPAL_TYPES, path, problems);
  const entries = PRINCIPAL_TYPES.filter((type) => Object.hasOwn(element, type)).flatMap((type) =>
    readValues(element[type], 'string', `${path}.${type}`, problems).map((entry) => ({ type, ...entry })),
  );
  return { negated, entries };
}

function readActions(
  statement: Record<string, unknown>,
  statementPath: string,
  problems: ProblemList,
): ActionElement {
  const name = readExclusiveName(statement, ['Action', 'NotAction'], statementPath, problems);
  if (name === undefined) return { negated: false, patterns: [] };
  const path = `${statementPath}.${name}`;
  const actions = readValues(statement[name], 'string', path, problems);
  if (actions.length === 0) problems.add(path, 'must name at least one action');
  for (const action of actions) {
    if (!ACTION.test(action.value)) problems.add(action.path, 'must be an action such as "sts:AssumeRole"');
  }
  return { negated: name === 'NotAction', patterns: actions.map(({ value }) => value) };
}
