import { isObject } from '../../lib/is-object.ts';
import { AwsError } from '../protocol/aws-error.ts';

/** The elements of a statement. A principal has an error of its own. */
const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const ACTION = /^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/i;
const RESOURCE = /^(\*|arn:.+)$/s;

/**
 * Checks the grammar of a permissions policy (IAM User Guide, "Grammar of the IAM JSON policy language"). The emulator
 * does not evaluate permissions.
 *
 * @throws AwsError MalformedPolicyDocument
 */
export function assertPermissionsPolicy(text: string): void {
  const problem = findProblem(parseStatements(text));
  if (problem !== undefined) throw new AwsError('MalformedPolicyDocument', problem);
}

/** Returns `undefined` when the text is not JSON or has no statements. */
function parseStatements(text: string): unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (!isObject(document) || typeof document.Statement !== 'object') return undefined;
    return [document.Statement].flat();
  } catch {
    return undefined;
  }
}

function findProblem(statements: unknown[] | undefined): string | undefined {
  if (statements === undefined) return 'Syntax errors in policy.';
  for (const statement of statements) {
    const problem = isObject(statement) ? findStatementProblem(statement) : 'Syntax errors in policy.';
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findStatementProblem(statement: Readonly<Record<string, unknown>>): string | undefined {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement;
  if (Principal !== undefined || NotPrincipal !== undefined)
    return 'Policy document should not specify a principal.';
  if (!Object.keys(statement).every((element) => ELEMENTS.has(element)) || !isEffect(Effect))
    return 'Syntax errors in policy.';
  const actions = toTexts(Action, NotAction);
  const resources = toTexts(Resource, NotResource);
  if (actions.length === 0) return 'Policy statement must contain actions.';
  if (resources.length === 0) return 'Policy statement must contain resources.';
  if (!actions.every((action) => ACTION.test(action)))
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  const invalid = resources.find((resource) => !RESOURCE.test(resource));
  return invalid === undefined ? undefined : `Resource ${invalid} must be in ARN format or "*".`;
}

function isEffect(value: unknown): boolean {
  return value === 'Allow' || value === 'Deny';
}

/** The texts of an element or of its negated form; none when both are present, which IAM rejects. */
function toTexts(element: unknown, negated: unknown): string[] {
  if (element !== undefined && negated !== undefined) return [];
  return [element ?? negated ?? []].flat().map(String);
}
