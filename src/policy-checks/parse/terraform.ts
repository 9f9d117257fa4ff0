import type { Syntax } from '../findings/wording.ts';
import { isObject } from '../json-values.ts';
import { type Block, type Body, parseHcl, parseHclExpression, TERRAFORM } from './hcl.ts';
import type { ParsedText } from './parsed-text.ts';
import { unread } from './parsed-text.ts';
import { unreadable } from './text-mistakes.ts';

/** Whether a text is clearly Terraform: configuration, an object of HCL, or the output of `terraform plan`. */
export const isTerraform = (text: string): boolean =>
  /assume_role_policy|aws_iam_policy_document|jsonencode\s*\(|^\s*(resource|data|module|variable|locals)\b.*\{\s*$/m.test(
    text,
  ) || /^\s*[{[]\s*"?(Version|Statement|Effect|Principal|Sid|Action)"?\s*=/.test(text);

const DATA_SOURCE = 'aws_iam_policy_document';

/** Reads the trust policies of Terraform configuration, or of the output of `terraform plan`. */
export function parseTerraformText(text: string): ParsedText {
  const isPlan = /^\s*[+~-]\s+\S|\(known after apply\)|unchanged (element|attribute|block)s? hidden/m.test(
    text,
  );
  if (
    isPlan &&
    /unchanged (elements?|attributes?|blocks?) hidden/.test(text) &&
    /Statement|statement/.test(text)
  )
    return failed('the plan hides elements that do not change');
  const source = isPlan ? currentState(text) : text;
  const expression = parseHclExpression(source);
  if (isObject(expression) && !(TERRAFORM in expression)) return whole(expression, 'terraform');
  const body = parseHcl(source);
  if (body === undefined) return failed('it has a syntax that this check does not know');
  const documents = new Map(
    dataSources(body).map((block) => [block.labels[1] ?? '', readDocument(block.body)]),
  );
  const roles = rolePolicies(body).map((value) => resolveReference(value, documents));
  if (roles.length === 0 && documents.size === 0) return failed('it has no assume_role_policy');
  const isDocument = roles.length === 0 || roles.some((value) => [...documents.values()].includes(value));
  const policies = roles.length > 0 ? roles : [...documents.values()];
  if (policies.includes(undefined)) return failed('a policy is put together by expressions');
  const roleList = policies.map((AssumeRolePolicyDocument) => ({ AssumeRolePolicyDocument }));
  return whole({ Roles: roleList }, isDocument ? 'terraform-document' : 'terraform');
}

const failed = (reason: string): ParsedText =>
  unread(unreadable('Terraform configuration', reason), 'terraform');

const whole = (value: unknown, syntax: Syntax): ParsedText => ({
  value,
  isWhole: true,
  syntax,
  findings: [],
  repeatedKeys: [],
  locate: () => undefined,
});

/** The state after the plan: without what it deletes, and without the marks at the beginning of lines. */
function currentState(text: string): string {
  const kept: string[] = [];
  let deletedIndent: number | undefined;
  for (const line of text.split('\n')) {
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

function* allBlocks(body: Body): Generator<Block> {
  for (const block of body.blocks) {
    yield block;
    yield* allBlocks(block.body);
  }
}

const dataSources = (body: Body): Block[] =>
  [...allBlocks(body)].filter(({ labels }) => labels[0] === DATA_SOURCE);

const rolePolicies = (body: Body): unknown[] =>
  [body, ...[...allBlocks(body)].map((block) => block.body)].flatMap(({ attributes }) =>
    attributes.has('assume_role_policy') ? [attributes.get('assume_role_policy')] : [],
  );

/** Follows `data.aws_iam_policy_document.NAME.json`; undefined for a reference to something else. */
function resolveReference(value: unknown, documents: ReadonlyMap<string, unknown>): unknown {
  if (!isObject(value) || typeof value[TERRAFORM] !== 'string') return value;
  const [, name = ''] =
    /^data\.aws_iam_policy_document\.([\w-]+)\.(?:minified_)?json$/.exec(value[TERRAFORM]) ?? [];
  return documents.get(name);
}

/** Converts a data source to the policy that Terraform makes of it; undefined if it has parts that cannot be converted. */
function readDocument({ attributes, blocks }: Body): unknown {
  if (blocks.some(({ type }) => type !== 'statement') || attributes.has('source_policy_documents'))
    return undefined;
  if (attributes.has('override_policy_documents')) return undefined;
  const statements = blocks.map(({ body }) => readStatement(body));
  if (statements.includes(undefined)) return undefined;
  return { Version: attributes.get('version') ?? '2012-10-17', Statement: statements };
}

const STATEMENT_ATTRIBUTES: Record<string, string> = {
  sid: 'Sid',
  effect: 'Effect',
  actions: 'Action',
  not_actions: 'NotAction',
  resources: 'Resource',
};
const STATEMENT_BLOCKS = ['principals', 'not_principals', 'condition'];

function readStatement({ attributes, blocks }: Body): unknown {
  const isKnown =
    blocks.every(({ type }) => STATEMENT_BLOCKS.includes(type)) &&
    [...attributes.keys()].every((name) => name in STATEMENT_ATTRIBUTES);
  if (!isKnown) return undefined;
  const ofType = (type: string) =>
    blocks.filter((block) => block.type === type).map(({ body }) => body.attributes);
  const principals = ofType('principals');
  const notPrincipals = ofType('not_principals');
  const conditions = ofType('condition');
  return {
    Effect: 'Allow',
    ...Object.fromEntries(
      [...attributes].map(([name, value]) => [STATEMENT_ATTRIBUTES[name] ?? name, simplify(value)]),
    ),
    ...(principals.length > 0 && { Principal: readPrincipals(principals) }),
    ...(notPrincipals.length > 0 && { NotPrincipal: readPrincipals(notPrincipals) }),
    ...(conditions.length > 0 && { Condition: readConditions(conditions) }),
  };
}

type Attributes = ReadonlyMap<string, unknown>;

function readPrincipals(blocks: Attributes[]): unknown {
  const entries = blocks.map((block) => [String(block.get('type')), block.get('identifiers')] as const);
  if (entries.some(([type]) => type === '*')) return '*';
  return mergeEntries(entries);
}

function readConditions(blocks: Attributes[]): unknown {
  const operators = new Set(blocks.map((block) => String(block.get('test'))));
  return Object.fromEntries(
    [...operators].map((operator) => {
      const matching = blocks.filter((block) => String(block.get('test')) === operator);
      return [
        operator,
        mergeEntries(matching.map((block) => [String(block.get('variable')), block.get('values')])),
      ];
    }),
  );
}

/** Terraform joins the lists of blocks with the same key. */
function mergeEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const keys = new Set(entries.map(([key]) => key));
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      simplify(entries.filter(([one]) => one === key).flatMap(([, values]) => values)),
    ]),
  );
}

const simplify = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);
