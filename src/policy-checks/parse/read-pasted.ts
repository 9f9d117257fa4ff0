import { MAX_TRUST_POLICY_CHARACTERS } from '../../trust-policy/validate-for-creation.ts';
import type { CheckContext } from '../context.ts';
import { type Finding, finding, type JsonPath } from '../findings/finding.ts';
import { findPolicy, parameterDefaults } from './find-policy.ts';
import { parseJsonText } from './json-text.ts';
import { mentionsVendor } from './mentions-vendor.ts';
import { type ParsedText, unread } from './parsed-text.ts';
import { isTerraform, parseTerraformText } from './terraform.ts';
import { notAPolicy } from './text-mistakes.ts';
import { isYaml, parseYamlText } from './yaml-text.ts';

/** Includes white space. No layout of a valid policy is longer, and parsing has to stay fast. */
const MAX_TEXT_LENGTH = 100_000;
/** The default of the quota "Role trust policy length" (IAM and AWS STS quotas). */
const DEFAULT_QUOTA = 2048;
/** A quoted text may have been quoted again; deeper nesting is not followed. */
const MAX_UNWRAP_DEPTH = 3;

/** What a customer pasted, as far as it could be read. The paths are those inside the policy. */
export interface Pasted extends ParsedText {
  /** The defaults of the parameters of the template around the policy. */
  parameters: ReadonlyMap<string, string>;
}

/**
 * Reads a policy in any form in which customers paste it: JSON, YAML or Terraform, percent-encoded as the IAM API returns
 * it, quoted as a JSON string, or inside other output. A text that was not read as a whole has no value.
 */
export function readPasted(input: unknown, context: CheckContext): Pasted {
  const pasted = unwrap(input, context);
  if (pasted.value === undefined) return pasted;
  const size = JSON.stringify(pasted.value).replace(/\s/g, '').length;
  if (size > MAX_TRUST_POLICY_CHARACTERS)
    return { ...pasted, value: undefined, isWhole: false, findings: [tooLong(size)] };
  if (size <= DEFAULT_QUOTA) return pasted;
  return {
    ...pasted,
    findings: [...pasted.findings, finding('over_default_quota', [], { size, quota: DEFAULT_QUOTA })],
  };
}

const tooLong = (size: number): Finding =>
  finding('policy_too_long', [], { size, max: MAX_TRUST_POLICY_CHARACTERS });

function unwrap(input: unknown, context: CheckContext, depth = 0): Pasted {
  const text = typeof input === 'string' ? readText(input) : asJson(input);
  const inner = typeof text.value === 'string' ? text.value : undefined;
  if (inner !== undefined && depth < MAX_UNWRAP_DEPTH)
    return withoutPositions(unwrap(inner, context, depth + 1));
  const found = findPolicy(text.value, (policy) => mentionsVendor(policy, context));
  const parameters = parameterDefaults(text.value);
  if ('code' in found)
    return { ...text, parameters, value: undefined, isWhole: false, findings: [...text.findings, found] };
  if (typeof found.value === 'string' && depth < MAX_UNWRAP_DEPTH) {
    const policy = unwrap(found.value, context, depth + 1);
    return {
      ...withoutPositions(policy),
      parameters,
      syntax: text.syntax,
      findings: [...text.findings, ...policy.findings],
    };
  }
  return { ...within(text, found.path), value: found.value, parameters };
}

/** A position in a quoted or encoded text would not help the reader. */
const withoutPositions = (pasted: Pasted): Pasted => ({ ...pasted, locate: () => undefined });

/** The text with paths that begin at the policy inside it. */
function within(text: ParsedText, path: JsonPath): ParsedText {
  const repeatedKeys = text.repeatedKeys.flatMap((key) =>
    path.every((part, i) => key[i] === part) ? [key.slice(path.length)] : [],
  );
  return {
    ...text,
    syntax: path.includes('Properties') && text.syntax === 'json' ? 'cloudformation' : text.syntax,
    findings: [
      ...text.findings,
      ...repeatedKeys.map((key) => finding('repeated_key', key, { key: key.at(-1) })),
    ],
    repeatedKeys,
    locate: (inner) => (inner.length === 0 ? undefined : text.locate([...path, ...inner])),
  };
}

const asJson = (value: unknown): ParsedText => ({
  value,
  isWhole: true,
  syntax: 'json',
  findings: [],
  repeatedKeys: [],
  locate: () => undefined,
});

function readText(input: string): ParsedText {
  if (input.length > MAX_TEXT_LENGTH) return unread(tooLong(input.length));
  // Chat programs put code between lines of backticks.
  const text = input.replace(/^\ufeff/, ' ').replace(/^[ \t]*```\w*[ \t]*$/gm, '');
  const decoded = decodeText(text);
  if (decoded !== undefined) return asJson(decoded);
  if (isTerraform(text) && !/^\s*[{[]\s*["'\u201c]?\w+["'\u201d]?\s*:/.test(text))
    return parseTerraformText(text);
  if (/^\s*[{["\u201c']/.test(text)) return parseJsonText(text);
  return isYaml(text) && !/\{\s*["'\u201c](Version|Statement)/.test(text)
    ? parseYamlText(text)
    : unread(notAPolicy(text));
}

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
