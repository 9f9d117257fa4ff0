import { MAX_TRUST_POLICY_CHARACTERS } from '../../trust-policy/validate-for-creation.ts';
import { type CheckContext, mentionsVendor } from '../context.ts';
import { type Finding, finding } from '../findings/finding.ts';
import { isObject, type JsonPath } from '../json-values.ts';
import { type ResolvedDocument, resolveExpressions } from './expressions.ts';
import { findPolicy } from './find-policy.ts';
import { type Parameters, parameterDefaults } from './parameters.ts';
import { parseHcl, parseJsonText } from './relaxed-text.ts';
import type { StandIn } from './stand-ins.ts';
import { currentConfiguration, isTerraform, readTerraform } from './terraform.ts';
import { notAPolicy, type ParsedText, positionIn, syntaxMistake, UnreadableText } from './text.ts';
import { isYaml, parseYamlText } from './yaml-text.ts';

/** Includes white space. No layout of a valid policy is longer, and parsing has to stay fast. */
const MAX_TEXT_LENGTH = 100_000;
/** The default of the quota "Role trust policy length" (IAM and AWS STS quotas). */
const DEFAULT_QUOTA = 2048;
/** A quoted text may have been quoted again; deeper nesting is not followed. */
const MAX_UNWRAP_DEPTH = 3;

/** What a customer pasted, as far as it could be read. The paths are those inside the policy. */
export interface Pasted extends ParsedText {
  findings: Finding[];
  standIns?: readonly StandIn[];
  /** The conditions of a template that decide what is in the policy, in this case of them. */
  conditions?: ReadonlyMap<string, boolean>;
  /** The paths at which they choose a value. */
  choices?: readonly JsonPath[];
  /** Whether they choose whom the policy allows, so that none of its cases can replace it. */
  choosesPrincipals?: boolean;
}

interface Unresolved extends Pasted {
  parameters: Parameters;
}

/**
 * Reads a policy in any form in which customers paste it: JSON, YAML or Terraform, percent-encoded as the IAM API returns
 * it, quoted as a JSON string, or inside other output. A text that was not read as a whole has no value.
 *
 * @returns the policy in each case of the conditions that its template has; without any, there is one case
 */
export function readPasted(input: unknown, context: CheckContext): Pasted[] {
  try {
    const pasted = unwrap(input, context);
    requireSize(pasted.value);
    const cases = resolveExpressions(pasted.value, pasted.parameters, context);
    const hasPositions = !cases.some(({ hasRemovedItem }) => hasRemovedItem);
    return cases.map((one) => asPasted(hasPositions ? pasted : withoutPositions(pasted), one));
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    return [{ value: undefined, syntax: error.syntax, findings: [...error.found] }];
  }
}

function asPasted(pasted: Unresolved, resolved: ResolvedDocument): Pasted {
  const { value, conditions, choices, standIns } = resolved;
  const size = requireSize(value);
  const sizes = { size, quota: DEFAULT_QUOTA, max: MAX_TRUST_POLICY_CHARACTERS };
  const overQuota = finding('over_default_quota', [], sizes);
  return {
    ...pasted,
    ...{ value, conditions, choices, standIns },
    choosesPrincipals: choices.some((path) => !isInConditionOrAction(path)),
    findings: [...pasted.findings, ...resolved.findings, ...(size > DEFAULT_QUOTA ? [overQuota] : [])],
  };
}

const isInConditionOrAction = ([first, ...path]: JsonPath): boolean =>
  first === 'Statement' &&
  /^(Condition|Action)$/.test(String(typeof path[0] === 'number' ? path[1] : path[0]));

/** @throws UnreadableText for a policy that is longer than any that IAM accepts */
function requireSize(policy: unknown): number {
  const size = JSON.stringify(policy).replace(/\s/g, '').length;
  if (size > MAX_TRUST_POLICY_CHARACTERS) throw tooLong(size);
  return size;
}

const tooLong = (size: number): UnreadableText =>
  new UnreadableText(finding('policy_too_long', [], { size, max: MAX_TRUST_POLICY_CHARACTERS }));

function unwrap(input: unknown, context: CheckContext, depth = 0): Unresolved {
  const text: ParsedText =
    typeof input === 'string' ? readText(input, depth > 0) : { value: input, syntax: 'json' };
  const isQuoted = (value: unknown) => typeof value === 'string' && depth < MAX_UNWRAP_DEPTH;
  if (isQuoted(text.value)) {
    const inner = unwrap(text.value, context, depth + 1);
    return withoutPositions({ ...inner, findings: [...(text.findings ?? []), ...inner.findings] });
  }
  const found = findPolicy(text.value, (policy) => mentionsVendor(policy, context));
  const parameters = text.parameters ?? parameterDefaults(text.value);
  const value = templateText(found.value);
  if (!isQuoted(value)) return { ...within(text, found.path), value, parameters };
  const policy = unwrap(value, context, depth + 1);
  const findings = [...(text.findings ?? []), ...policy.findings];
  return { ...withoutPositions(policy), parameters, syntax: text.syntax, findings };
}

/** The policy that CloudFormation's function Sub makes of a text without variables of its own, as that text. */
const templateText = (value: unknown): unknown =>
  isObject(value) && typeof value['Fn::Sub'] === 'string' ? value['Fn::Sub'] : value;

/** A position in a quoted or encoded text would not help the reader. */
const withoutPositions = ({ locate: _, ...pasted }: Unresolved): Unresolved => pasted;

/** The text with paths that begin at the policy inside it. */
function within(text: ParsedText, path: JsonPath): ParsedText & Pick<Pasted, 'findings'> {
  const repeatedKeys = (text.repeatedKeys ?? []).flatMap((key) =>
    path.every((part, i) => key[i] === part) ? [key.slice(path.length)] : [],
  );
  const repeated = repeatedKeys.map((key) => finding('repeated_key', key, { key: key.at(-1) }));
  return {
    ...text,
    syntax: path.includes('Properties') && text.syntax === 'json' ? 'cloudformation' : text.syntax,
    findings: [...(text.findings ?? []), ...repeated],
    repeatedKeys,
    locate: (inner) => (inner.length === 0 ? undefined : text.locate?.([...path, ...inner])),
  };
}

/** @throws UnreadableText */
function readText(input: string, isInJson: boolean): ParsedText {
  if (input.length > MAX_TEXT_LENGTH) throw tooLong(input.length);
  // Chat programs put code between lines of backticks.
  const text = input.replace(/^\ufeff/, ' ').replace(/^[ \t]*```\w*[ \t]*$/gm, '');
  const decoded = decodeText(text);
  if (decoded !== undefined) return { value: decoded, syntax: 'json' };
  const entity = HTML_QUOTE.exec(text)?.[0];
  if (entity !== undefined) {
    const position = positionIn(text, text.indexOf(entity));
    const mistake = syntaxMistake('html_entities', position, JSON.stringify(entity));
    return { value: text.replace(HTML_ENTITY, decodeEntity), syntax: 'json', findings: [mistake] };
  }
  if (/^\s*<[a-z!]/i.test(text)) throw notAPolicy(text, isInJson);
  if (isTerraform(text) && !/^\s*[{[]\s*["'\u201c]?\w+["'\u201d]?\s*:/.test(text))
    return readTerraform(parseHcl(currentConfiguration(text)));
  if (/^\s*[{["\u201c']/.test(text)) return parseJsonText(text);
  const hasPolicyOfJson = /\{\s*["'\u201c]?(Version|Statement)\b/.test(text);
  if (isYaml(text) && (!hasPolicyOfJson || /^\s*AssumeRolePolicyDocument\s*:/m.test(text)))
    return parseYamlText(text);
  if (/^\s*(null|true|false|-?\d[\d.eE+-]*)\s*$/.test(text)) return parseJsonText(text);
  throw notAPolicy(text, isInJson);
}

/** What web pages have in place of a quotation mark or a space; a page that was escaped twice has `&amp;` before it. */
const HTML_QUOTE = /&(?:amp;)*(?:quot|apos|[lr][ds]quo|nbsp|#0*(?:34|39|160)|#x0*(?:22|27|a0));/i;
const HTML_ENTITY = /&(?:amp;)*(quot|apos|[lr][ds]quo|nbsp|lt|gt|#\d{1,5}|#x[0-9a-f]{1,4});|&(amp);/gi;
const ENTITIES: Record<string, string> = {
  ...{ quot: '"', apos: "'", nbsp: ' ', lt: '<', gt: '>', amp: '&' },
  ...{ ldquo: '\u201c', rdquo: '\u201d', lsquo: '\u2018', rsquo: '\u2019' },
};

const decodeEntity = (_: string, entity: string | undefined, ampersand: string): string => {
  const name = (entity ?? ampersand).toLowerCase();
  const code = name.replace(/^#(x?)/, (_prefix, hex: string) => (hex ? '0x' : ''));
  return ENTITIES[name] ?? String.fromCharCode(Number(code));
};

/** Decodes percent-encoded or quoted text; undefined for any other. */
function decodeText(text: string): string | undefined {
  try {
    if (/^\s*%(7b|22|0a|20)/i.test(text)) return decodeURIComponent(text.trim().replaceAll('+', ' '));
    const inner: unknown = /^\s*"/.test(text) ? JSON.parse(text) : undefined;
    return typeof inner === 'string' ? inner : undefined;
  } catch {
    return undefined;
  }
}
