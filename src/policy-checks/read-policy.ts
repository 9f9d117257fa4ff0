import { MAX_TRUST_POLICY_CHARACTERS } from '../trust-policy/validate-for-creation.ts';
import type { Findings, JsonPath } from './finding.ts';
import { isObject } from './json-values.ts';
import { type ParsedText, parseJsonText } from './parse-json-text.ts';

/** Includes white space. No layout of a valid policy is longer, and parsing has to stay fast. */
const MAX_TEXT_LENGTH = 100_000;
/** The default of the quota "Role trust policy length" (IAM and AWS STS quotas). */
const DEFAULT_QUOTA = 2048;
/** A quoted text may have been quoted again; deeper nesting is not followed. */
const MAX_UNWRAP_DEPTH = 3;

export interface PastedPolicy {
  /** Undefined when no document could be read. */
  document: unknown;
  duplicateKeyStatements: ReadonlySet<number>;
  locate: ParsedText['locate'];
}

/**
 * Reads a policy in any form in which customers paste it: JSON or its text, percent-encoded as the IAM API returns it,
 * quoted as a JSON string, or inside the output of `aws iam get-role` or a CloudFormation resource.
 */
export function readPolicy(input: unknown, findings: Findings): PastedPolicy {
  const pasted = unwrap(input, findings);
  const size = pasted.document === undefined ? 0 : JSON.stringify(pasted.document).replace(/\s/g, '').length;
  if (size > MAX_TRUST_POLICY_CHARACTERS) {
    addTooLong(size, findings);
    return { ...pasted, document: undefined };
  }
  if (size > DEFAULT_QUOTA) {
    findings.add('over_default_quota', [], {
      message: `The policy has ${size} characters without white space. An account is limited to ${DEFAULT_QUOTA} unless AWS has increased its quota.`,
      fix: 'Shorten the policy, or request an increase of "Role trust policy length" in Service Quotas (at most 4,096).',
    });
  }
  return pasted;
}

function addTooLong(size: number, findings: Findings): void {
  findings.add('policy_too_long', [], {
    message: `The policy has ${size} characters without white space. IAM accepts at most ${MAX_TRUST_POLICY_CHARACTERS}, and ${DEFAULT_QUOTA} by default. The policy was not checked further.`,
    fix: 'Create separate roles for the other principals that use this role. The suggested policy has only the statement for us.',
  });
}

const UNREADABLE: PastedPolicy = {
  document: undefined,
  duplicateKeyStatements: new Set(),
  locate: () => undefined,
};
const WRAPPER_PATHS: JsonPath[] = [
  ['Role', 'AssumeRolePolicyDocument'],
  ['AssumeRolePolicyDocument'],
  ['Properties', 'AssumeRolePolicyDocument'],
];

function unwrap(input: unknown, findings: Findings, depth = 0): PastedPolicy {
  const pasted =
    typeof input === 'string' ? readString(input, findings, depth) : { ...UNREADABLE, document: input };
  const { document } = pasted;
  const wrapperPath = WRAPPER_PATHS.find((path) => valueAt(document, path) !== undefined);
  if (!wrapperPath) return pasted;
  const inner = valueAt(document, wrapperPath);
  // A position in a quoted or encoded text would not help the reader, so the result has none.
  if (typeof inner === 'string')
    return depth < MAX_UNWRAP_DEPTH ? unwrap(inner, findings, depth + 1) : pasted;
  return {
    ...pasted,
    document: inner,
    locate: (path) => pasted.locate(path.length === 0 ? [] : [...wrapperPath, ...path]),
  };
}

function readString(input: string, findings: Findings, depth: number): PastedPolicy {
  if (input.length > MAX_TEXT_LENGTH) {
    addTooLong(input.length, findings);
    return UNREADABLE;
  }
  const text = input.replace(/^\ufeff/, ' ');
  const decoded = decodeText(text);
  if (decoded !== undefined && depth < MAX_UNWRAP_DEPTH)
    return { ...unwrap(decoded, findings, depth + 1), locate: () => undefined };
  return parseJsonText(text, findings);
}

/** Decodes percent-encoded or quoted text; undefined for any other. */
function decodeText(text: string): string | undefined {
  if (/^\s*%7b/i.test(text)) return percentDecode(text);
  return /^\s*"/.test(text) ? unquote(text) : undefined;
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

function unquote(text: string): string | undefined {
  try {
    const inner: unknown = JSON.parse(text);
    return typeof inner === 'string' ? inner : undefined;
  } catch {
    return undefined;
  }
}

function valueAt(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key as string] : undefined),
    document,
  );
}
