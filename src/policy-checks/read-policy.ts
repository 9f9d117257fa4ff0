import { LONGEST_TRUST_POLICY } from '../trust-policy/validate-for-creation.ts';
import type { Findings, Path } from './finding.ts';
import { readText, type TextDocument } from './read-text.ts';
import { isObject } from './shape.ts';

/** White space included. What is longer is no policy, however it is laid out. */
const LONGEST_TEXT = 100_000;
/** The quota "Role trust policy length" until an account asks for more (IAM and AWS STS quotas). */
const DEFAULT_QUOTA = 2048;

export interface PastedPolicy {
  /** Undefined when there is nothing to go by. */
  document: unknown;
  repeated: ReadonlySet<number>;
  locate: TextDocument['locate'];
}

/**
 * Finds the policy in what was pasted: JSON or its text, percent-encoded as IAM's API gives it, as a text in a text,
 * or inside the answer of `aws iam get-role` or a CloudFormation resource.
 */
export function readPolicy(pasted: unknown, findings: Findings): PastedPolicy {
  const read = unwrap(pasted, findings);
  const size = read.document === undefined ? 0 : JSON.stringify(read.document).replace(/\s/g, '').length;
  if (size > LONGEST_TRUST_POLICY) {
    tooLong(size, findings);
    return { ...read, document: undefined };
  }
  if (size > DEFAULT_QUOTA) {
    findings.add('over_default_quota', [], {
      message: `The policy has ${size} characters without white space. An account may have ${DEFAULT_QUOTA} until it asks AWS for more.`,
      fix: 'Shorten it, or raise the quota "Role trust policy length" in Service Quotas (at most 4,096).',
    });
  }
  return read;
}

function tooLong(size: number, findings: Findings): void {
  findings.add('policy_too_long', [], {
    message: `The policy has ${size} characters without white space; IAM takes ${LONGEST_TRUST_POLICY} at the most, and ${DEFAULT_QUOTA} unless the quota was raised. It was not looked into.`,
    fix: 'Give other users of this role a role of their own. The suggested policy has only the statement for us.',
  });
}

const NOTHING: PastedPolicy = { document: undefined, repeated: new Set(), locate: () => undefined };
const WRAPPINGS: Path[] = [
  ['Role', 'AssumeRolePolicyDocument'],
  ['AssumeRolePolicyDocument'],
  ['Properties', 'AssumeRolePolicyDocument'],
];

/** @param depth texts in texts are followed a few times: somebody may have quoted what was quoted */
function unwrap(pasted: unknown, findings: Findings, depth = 0): PastedPolicy {
  const read =
    typeof pasted === 'string' ? readString(pasted, findings, depth) : { ...NOTHING, document: pasted };
  const { document } = read;
  const wrapping = WRAPPINGS.find((path) => at(document, path) !== undefined);
  if (!wrapping) return read;
  const inner = at(document, wrapping);
  // Positions in a text inside a text are none that a reader could find.
  if (typeof inner === 'string') return depth > 2 ? read : unwrap(inner, findings, depth + 1);
  return {
    ...read,
    document: inner,
    locate: (path) => read.locate(path.length === 0 ? [] : [...wrapping, ...path]),
  };
}

function readString(pasted: string, findings: Findings, depth: number): PastedPolicy {
  if (pasted.length > LONGEST_TEXT) {
    tooLong(pasted.length, findings);
    return NOTHING;
  }
  const text = pasted.replace(/^\ufeff/, ' ');
  const decoded = /^\s*%7b/i.test(text) ? decode(text) : /^\s*"/.test(text) ? unquote(text) : undefined;
  if (decoded !== undefined && depth < 3)
    return { ...unwrap(decoded, findings, depth + 1), locate: () => undefined };
  return readText(text, findings);
}

function decode(text: string): string | undefined {
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

function at(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key as string] : undefined),
    document,
  );
}
