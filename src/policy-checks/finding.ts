import type { Probe } from '../connections/verification.ts';

type Level = 'error' | 'warning' | 'either';

/**
 * Every finding code with its severity and its description. `either` is an error where it allows others or denies the
 * vendor, else a warning. The table in docs/trust-policy-checks.md is generated from this list.
 */
export const FINDING_CODES = {
  syntax_error: ['error', 'The text is not valid JSON.'],
  repeated_key: [
    'error',
    'An object has the same key twice. IAM rejects this, and most JSON parsers keep only the last value.',
  ],
  policy_too_long: ['error', 'The policy is longer than IAM accepts for any role trust policy.'],
  over_default_quota: [
    'warning',
    'The policy has more than 2,048 characters, which an account may have only after a quota increase.',
  ],
  not_a_trust_policy: [
    'error',
    'The statement belongs to a permissions policy: it does not say who may assume the role.',
  ],
  malformed: ['error', 'A part of the document does not follow the policy grammar.'],
  version_invalid: ['error', 'The Version does not exist.'],
  version_old: [
    'warning',
    'Version is missing or is 2008-10-17, in which policy variables are treated as plain text.',
  ],
  unknown_element: ['error', 'The policy grammar has no element with this name.'],
  resource_element: ['error', 'The statement has a Resource element, which IAM rejects in a trust policy.'],
  sid_invalid: [
    'error',
    'A Sid has characters other than letters and digits, or two statements have the same one.',
  ],
  unknown_operator: ['error', 'The condition operator does not exist.'],
  condition_key_invalid: [
    'error',
    'The condition key lacks its service prefix, such as `ExternalId` for `sts:ExternalId`.',
  ],
  not_principal: ['error', 'The statement has `NotPrincipal`, which IAM rejects in a trust policy.'],
  principal_invalid: ['error', 'A principal is missing or has a form that IAM does not accept.'],
  action_invalid: ['error', 'An action is missing or is not accepted in a trust policy.'],
  external_id_not_demanded: [
    'error',
    "A statement allows the vendor, or another identity in the vendor's account, without requiring the external ID.",
  ],
  if_exists: ['error', 'The operator ends in `IfExists`, so it also matches when no external ID is sent.'],
  for_all_values: [
    'error',
    'The operator begins with `ForAllValues:`, so it also matches when no external ID is sent.',
  ],
  negated_operator: [
    'error',
    'A negated operator such as `StringNotEquals` accepts every other external ID, and requests without one.',
  ],
  null_condition: ['error', '`Null` tests only whether an external ID is sent, not which one.'],
  case_ignored: ['error', 'The operator ignores the difference between upper and lower case.'],
  wildcard: ['error', 'A pattern also matches other external IDs.'],
  variable: [
    'error',
    'A policy variable is used in place of the external ID, so its value comes from the request itself.',
  ],
  opens_without_right_id: [
    'error',
    'The role can be assumed without the correct external ID, for a reason that has no code of its own.',
  ],
  wildcard_principal: ['error', 'The statement trusts everyone in AWS, and the external ID is not a secret.'],
  vendor_not_trusted: ['error', "No statement trusts the vendor's account."],
  wrong_account: [
    'error',
    "The principal is in an account other than the vendor's, perhaps because of a typo.",
  ],
  wrong_partition: ['error', "The principal is the vendor's account, but in another AWS partition."],
  other_principal: [
    'error',
    "The principal is a role, user or session in the vendor's account, but not the identity that calls.",
  ],
  wrong_action: ['error', 'The statement for the vendor does not allow `sts:AssumeRole`.'],
  wrong_external_id: ['error', 'The condition names an external ID other than the one that was issued.'],
  external_id_mistyped: [
    'error',
    'The value is almost the external ID: case, white space, quotation marks or a few characters differ.',
  ],
  operator_unsuited: ['error', 'The operator cannot compare external IDs.'],
  principal_arn_mismatch: ['error', "The vendor's identity does not meet a condition on `aws:PrincipalArn`."],
  condition_not_met: [
    'error',
    "The vendor's requests do not meet a condition, or this check cannot know whether they do.",
  ],
  deny_hits_us: [
    'error',
    'A Deny statement applies to the vendor, and a Deny takes precedence over every Allow.',
  ],
  not_admitted: ['error', 'The vendor cannot assume the role, for a reason that has no code of its own.'],
  tag_session_missing: [
    'error',
    'The access profile or the session of the vendor has session tags, and the policy does not allow `sts:TagSession`.',
  ],
  source_identity_missing: [
    'error',
    'The access profile or the session of the vendor has a source identity, and the policy does not allow `sts:SetSourceIdentity`.',
  ],
  retired_external_id: ['either', 'The policy names an external ID of this tenant that has been replaced.'],
  other_external_id: ['either', 'The policy also accepts another external ID.'],
  successor_missing: [
    'warning',
    'An external ID rotation is in progress, and the policy does not accept the new ID yet.',
  ],
  role_principal: [
    'warning',
    'The principal is a role: the trust ends when that role is deleted and recreated.',
  ],
  other_accounts: ['warning', 'The same statement trusts other principals with the same external ID.'],
  not_action: ['warning', '`NotAction` allows every action that it does not name.'],
  broad_action: ['warning', 'The statement allows more actions than are needed, such as `sts:*`.'],
  statement_left_out: ['warning', 'The suggested policy omits a statement because IAM would reject it.'],
} as const satisfies Record<string, readonly [Level, string]>;

export type FindingCode = keyof typeof FINDING_CODES;

/** One finding about a pasted policy, in the form that the API returns. */
export interface Finding {
  code: FindingCode;
  severity: 'error' | 'warning';
  message: string;
  /** `Statement[1].Condition.StringLike["sts:ExternalId"]`; empty for the whole document. */
  path: string;
  fix: string;
  /** Counted from 1, in the pasted text; absent when the policy was sent as JSON. */
  line?: number;
  column?: number;
}

export type JsonPath = readonly (string | number)[];

/** A finding before it is formatted for the API, with the details that the suggested policy depends on. */
export interface RecordedFinding {
  code: FindingCode;
  severity: 'error' | 'warning';
  message: string;
  fix: string;
  path: JsonPath;
  /** The statement that has to change; null when the finding requires no change to a statement. */
  statementIndex: number | null;
  /** The probes that were allowed because of this finding. */
  probes: readonly Probe[];
}

interface NewFinding {
  message: string;
  fix: string;
  severity?: 'error' | 'warning';
  statementIndex?: number | null;
  probes?: readonly Probe[];
}

/**
 * The findings in the order they were added, without duplicates. The indexes keep each lookup constant, because a tenant
 * may send a policy of two thousand empty statements that is still short enough for IAM.
 */
export class Findings {
  readonly list: RecordedFinding[] = [];
  readonly #byKey = new Map<string, RecordedFinding>();
  readonly #byStatement = new Map<number, RecordedFinding[]>();
  readonly #explainedProbes = new Set<Probe>();

  add(
    code: FindingCode,
    path: JsonPath,
    { message, fix, severity, statementIndex = null, probes = [] }: NewFinding,
  ): void {
    const key = JSON.stringify([code, ...path]);
    const level: Level = FINDING_CODES[code][0];
    const finding = this.#byKey.get(key) ?? {
      code,
      severity: severity ?? (level === 'warning' ? 'warning' : 'error'),
      message,
      fix,
      path,
      statementIndex,
      probes: [],
    };
    finding.probes = [...new Set([...finding.probes, ...probes])];
    if (finding.severity === 'error') for (const probe of probes) this.#explainedProbes.add(probe);
    if (this.#byKey.has(key)) return;
    this.#byKey.set(key, finding);
    this.list.push(finding);
    if (statementIndex !== null)
      this.#byStatement.set(statementIndex, [...this.forStatement(statementIndex), finding]);
  }

  has(code: FindingCode): boolean {
    return this.list.some((finding) => finding.code === code);
  }

  errors(): RecordedFinding[] {
    return this.list.filter((finding) => finding.severity === 'error');
  }

  /** The findings that require a change to this statement. */
  forStatement(index: number): readonly RecordedFinding[] {
    return this.#byStatement.get(index) ?? [];
  }

  /** Whether an error explains why this probe was allowed. */
  explains(probe: Probe): boolean {
    return this.#explainedProbes.has(probe);
  }
}

/** Formats a path in JavaScript notation. */
export function formatPath(path: JsonPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_]\w*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
