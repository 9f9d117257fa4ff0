import { fromList, isObject, type JsonObject, TERRAFORM, toList } from '../json-values.ts';
import { findParameter, type Parameters, terraformDefaults } from './parameters.ts';
import { type ParsedText, unreadableTemplate, unreadableTerraform } from './text.ts';

/** Whether a text is clearly Terraform: configuration, an object of HCL, or the output of `terraform plan`. */
export const isTerraform = (text: string): boolean =>
  /assume_role_policy|aws_iam_policy_document|jsonencode\s*\(|^\s*(?:[~+-]|-\/\+|\+\/-|<=)?\s*(resource|data|module|variable|locals)\b.*\{\s*$/m.test(
    text,
  ) || /^\s*[{[]\s*"?(Version|Statement|Effect|Principal|Sid|Action)"?\s*=/.test(text);

const HIDDEN = /unchanged (element|attribute|block)s? hidden/;

const POLICY = /assume_role_policy\s*=|\bdata\s+"aws_iam_policy_document"/;

/** The configuration that a text describes: for the output of `terraform plan`, the one after the plan. */
export function currentConfiguration(text: string): string {
  if (hidesPolicy(text)) throw unreadableTerraform('terraform_plan');
  const isPlan = HIDDEN.test(text) || /^\s*[+~-]\s+\S|\(known after apply\)/m.test(text);
  return isPlan ? currentState(text) : text;
}

/** Whether a plan does not show a policy, or not all of it. What it hides elsewhere does not matter. */
function hidesPolicy(text: string): boolean {
  if (!HIDDEN.test(text)) return false;
  let isShown = false;
  let policyIndent: number | undefined;
  for (const line of text.split('\n')) {
    const indent = line.search(/[^\s~+<=-]/);
    if (policyIndent !== undefined && indent >= 0 && indent <= policyIndent) policyIndent = undefined;
    if (policyIndent !== undefined && HIDDEN.test(line)) return true;
    if (POLICY.test(line)) {
      isShown = true;
      policyIndent = indent;
    }
  }
  return !isShown;
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
  const parameters = terraformDefaults(body);
  const roles = [...rolePolicies(body)].map((value) => followLocal(value, parameters));
  const documents = Object.entries(body)
    .filter(([name]) => name.startsWith('data.aws_iam_policy_document.'))
    .flatMap(([, block]) => (isObject(block) ? [block] : []));
  if (roles.length === 0 && documents.length === 0) throw unreadableTerraform('terraform_no_policy');
  const policies =
    roles.length > 0 ? roles.map((value) => followReference(value, body)) : documents.map(readDocument);
  const isDocument = policies.some((policy, i) => policy !== roles[i]);
  const Roles = policies.map((AssumeRolePolicyDocument) => ({ AssumeRolePolicyDocument }));
  const syntax = isDocument ? 'terraform-document' : 'terraform';
  return { value: { Roles }, syntax, parameters };
}

/** The state after the plan: without sentences, without what it deletes, and without the marks at the beginning of lines. */
function currentState(text: string): string {
  const kept: string[] = [];
  let deletedIndent: number | undefined;
  for (const line of text.split('\n')) {
    const isBlockToCome = /^\s*[+~-]?\s*\w+ \(known after apply\)\s*$/.test(line);
    if (isBlockToCome || /^[^\s#}\])+~-][^={]*$/.test(line)) continue;
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
    .replace(/^(\s*)(?:\+|~|-\/\+|\+\/-|<=)\s/, '$1  ')
    .replace(/= .*? -> /, '= ')
    .replace(/\(known after apply\)/, 'known_after_apply');

function* rolePolicies(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'assume_role_policy') yield inner;
    else yield* rolePolicies(inner);
  }
}

const followLocal = (value: unknown, parameters: Parameters): unknown =>
  (isObject(value) && findParameter(parameters, String(value[TERRAFORM]))) || value;

const putTogether = (): Error => unreadableTemplate('Terraform');

/** Follows `data.aws_iam_policy_document.NAME.json`. */
function followReference(value: unknown, body: JsonObject): unknown {
  if (!isObject(value) || typeof value[TERRAFORM] !== 'string') return value;
  const document = body[value[TERRAFORM].replace(/\.(minified_)?json$/, '')];
  if (!isObject(document)) throw putTogether();
  return readDocument(document);
}

/** Converts a data source to the policy that Terraform makes of it. */
function readDocument({ version = '2012-10-17', statement, ...others }: JsonObject): JsonObject {
  if (Object.keys(others).some((key) => /^((source|override)_policy_documents$|dynamic\.)/.test(key)))
    throw putTogether();
  return { Version: version, Statement: Array.isArray(statement) ? statement.map(readStatement) : [] };
}

const simplify = (value: unknown): unknown => fromList(toList(value));

const ELEMENTS: Record<string, [name: string, read: (value: unknown) => unknown]> = {
  sid: ['Sid', simplify],
  effect: ['Effect', simplify],
  actions: ['Action', simplify],
  not_actions: ['NotAction', simplify],
  resources: ['Resource', simplify],
  principals: ['Principal', readPrincipals],
  not_principals: ['NotPrincipal', readPrincipals],
  condition: ['Condition', readConditions],
};

function readStatement({ 'dynamic.condition': dynamic, ...block }: JsonObject): JsonObject {
  const elements = Object.entries(block).map(([key, value]) => {
    const [name, read] = ELEMENTS[key] ?? [];
    if (name === undefined || read === undefined) throw putTogether();
    return [name, read(value)];
  });
  const statement = { Effect: 'Allow', ...Object.fromEntries(elements) };
  return dynamic === undefined
    ? statement
    : { ...statement, Condition: readDynamic(dynamic, toList(block.condition ?? [])) };
}

/** Conditions that are there only in some case, beside those that are always there, as CloudFormation's function If. */
function readDynamic(dynamic: unknown, always: readonly unknown[]): JsonObject {
  const { for_each: each, content } = isObject(dynamic) ? dynamic : {};
  if (!isObject(each) || !Array.isArray(content)) throw putTogether();
  const withIt = readConditions([...always, ...content]);
  const without = readConditions(always);
  const { 'Fn::If': choice, [TERRAFORM]: source } = each;
  if (!Array.isArray(choice)) return { 'Fn::If': [`length(${String(source)}) > 0`, withIt, without] };
  const [condition, ...lists] = choice;
  const [first, second] = lists.map((list) => (Array.isArray(list) && list.length === 0 ? without : withIt));
  return { 'Fn::If': [condition, first, second] };
}

function readPrincipals(blocks: unknown): unknown {
  const byType = joinLists(toList(blocks), 'type', 'identifiers');
  return '*' in byType ? '*' : byType;
}

function readConditions(blocks: unknown): JsonObject {
  const objects = toList(blocks).filter(isObject);
  const tests = new Set(objects.map(({ test }) => String(test)));
  const keysOf = (test: string) => objects.filter((block) => String(block.test) === test);
  return Object.fromEntries([...tests].map((test) => [test, joinLists(keysOf(test), 'variable', 'values')]));
}

/** Terraform joins the lists of blocks with the same key. */
function joinLists(blocks: readonly unknown[], key: string, list: string): JsonObject {
  const lists = new Map<string, unknown[]>();
  for (const block of blocks.filter(isObject)) {
    const name = String(block[key]);
    lists.set(name, [...(lists.get(name) ?? []), ...toList(block[list])]);
  }
  return Object.fromEntries([...lists].map(([name, values]) => [name, fromList(values)]));
}
