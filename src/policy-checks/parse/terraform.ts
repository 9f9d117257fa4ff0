import { fromList, isObject, type JsonObject, toList } from '../json-values.ts';
import { TERRAFORM } from './hcl-expression.ts';
import { type ParsedText, unreadableTerraform } from './text.ts';

/** Whether a text is clearly Terraform: configuration, an object of HCL, or the output of `terraform plan`. */
export const isTerraform = (text: string): boolean =>
  /assume_role_policy|aws_iam_policy_document|jsonencode\s*\(|^\s*(resource|data|module|variable|locals)\b.*\{\s*$/m.test(
    text,
  ) || /^\s*[{[]\s*"?(Version|Statement|Effect|Principal|Sid|Action)"?\s*=/.test(text);

const HIDDEN = /unchanged (element|attribute|block)s? hidden/;

/** The configuration that a text describes: for the output of `terraform plan`, the one after the plan. */
export function currentConfiguration(text: string): string {
  if (HIDDEN.test(text) && /statement/i.test(text)) throw unreadableTerraform('terraform_plan');
  const isPlan = HIDDEN.test(text) || /^\s*[+~-]\s+\S|\(known after apply\)/m.test(text);
  return isPlan ? currentState(text) : text;
}

/**
 * Reads the trust policies of parsed configuration.
 * @throws UnreadableText
 */
export const readTerraform = (value: unknown): ParsedText =>
  isObject(value) && !('Statement' in value) && !('Effect' in value)
    ? readConfiguration(value)
    : { value, syntax: 'terraform' };

function readConfiguration(body: JsonObject): ParsedText {
  const documents = new Map(
    Object.entries(body).flatMap(([name, block]): [string, unknown][] =>
      name.startsWith('data.aws_iam_policy_document.') && isObject(block)
        ? [[name, readDocument(block)]]
        : [],
    ),
  );
  const roles = [...rolePolicies(body)].map((value) => resolveReference(value, documents));
  if (roles.length === 0 && documents.size === 0) throw unreadableTerraform('terraform_no_policy');
  const policies = roles.length > 0 ? roles : [...documents.values()];
  if (policies.includes(undefined)) throw unreadableTerraform('terraform_expressions');
  const isDocument = policies.some((value) => [...documents.values()].includes(value));
  const Roles = policies.map((AssumeRolePolicyDocument) => ({ AssumeRolePolicyDocument }));
  return { value: { Roles }, syntax: isDocument ? 'terraform-document' : 'terraform' };
}

/** The state after the plan: without sentences, without what it deletes, and without the marks at the beginning of lines. */
function currentState(text: string): string {
  const kept: string[] = [];
  let deletedIndent: number | undefined;
  for (const line of text.split('\n')) {
    if (/^[^\s#}\])+~-][^={]*$/.test(line)) continue;
    const isEnd = deletedIndent !== undefined && line.search(/[}\])]/) === deletedIndent;
    if (deletedIndent === undefined && /^\s*- /.test(line)) {
      // A deleted block ends with a bracket below its name.
      if (/[{[(]\s*$/.test(line)) deletedIndent = line.indexOf('-') + 2;
    } else if (deletedIndent === undefined) kept.push(withoutMarks(line));
    if (isEnd) deletedIndent = undefined;
  }
  return kept.join('\n');
}

const withoutMarks = (line: string): string =>
  line
    .replace(/^(\s*)(?:\+|~|-\/\+|\+\/-)\s/, '$1  ')
    .replace(/= .*? -> /, '= ')
    .replace(/\(known after apply\)/, 'known_after_apply');

function* rolePolicies(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'assume_role_policy') yield inner;
    else yield* rolePolicies(inner);
  }
}

/** Follows `data.aws_iam_policy_document.NAME.json`; undefined for a reference to something else. */
function resolveReference(value: unknown, documents: ReadonlyMap<string, unknown>): unknown {
  if (!isObject(value) || typeof value[TERRAFORM] !== 'string') return value;
  return documents.get(value[TERRAFORM].replace(/\.(minified_)?json$/, ''));
}

/** Converts a data source to the policy that Terraform makes of it; undefined if it has parts that cannot be converted. */
function readDocument({ version = '2012-10-17', statement, ...others }: JsonObject): unknown {
  const isMerged = Object.keys(others).some((key) =>
    /^((source|override)_policy_documents$|dynamic\.)/.test(key),
  );
  const Statement = Array.isArray(statement) ? statement.map(readStatement) : [];
  return isMerged || Statement.includes(undefined) ? undefined : { Version: version, Statement };
}

const ELEMENTS: Record<string, [name: string, read: (value: unknown) => unknown]> = {
  sid: ['Sid', (value) => value],
  effect: ['Effect', (value) => value],
  actions: ['Action', simplify],
  not_actions: ['NotAction', simplify],
  resources: ['Resource', simplify],
  principals: ['Principal', readPrincipals],
  not_principals: ['NotPrincipal', readPrincipals],
  condition: ['Condition', readConditions],
};

function readStatement(block: JsonObject): JsonObject | undefined {
  const elements = Object.entries(block).map(([key, value]) => {
    const element = ELEMENTS[key];
    return element && [element[0], element[1](value)];
  });
  if (elements.includes(undefined)) return undefined;
  return {
    Effect: 'Allow',
    ...Object.fromEntries(elements.flatMap((element) => (element ? [element] : []))),
  };
}

function readPrincipals(blocks: unknown): unknown {
  const byType = joinLists(toList(blocks), 'type', 'identifiers');
  return '*' in byType ? '*' : byType;
}

function readConditions(blocks: unknown): JsonObject {
  const byTest = groupBy(toList(blocks), 'test');
  return Object.fromEntries(byTest.map(([test, same]) => [test, joinLists(same, 'variable', 'values')]));
}

/** Terraform joins the lists of blocks with the same key. */
const joinLists = (blocks: readonly unknown[], key: string, list: string): JsonObject =>
  Object.fromEntries(
    groupBy(blocks, key).map(([name, same]) => [
      name,
      fromList(same.flatMap((block) => toList(block[list]))),
    ]),
  );

function groupBy(blocks: readonly unknown[], key: string): [string, JsonObject[]][] {
  const objects = blocks.filter(isObject);
  const names = new Set(objects.map((block) => String(block[key])));
  return [...names].map((name) => [name, objects.filter((block) => String(block[key]) === name)]);
}

function simplify(value: unknown): unknown {
  return Array.isArray(value) ? fromList(value) : value;
}
