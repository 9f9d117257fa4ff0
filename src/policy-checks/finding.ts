import type { Probe } from '../connections/verification.ts';

type Level = 'error' | 'warning' | 'either';

/**
 * Every code a finding may have. `either`: an error where it lets others in or keeps us out, else a warning.
 * docs/trust-policy-checks.md has this table for readers; its test holds the two together.
 */
export const FINDING_CODES = {
  syntax_error: ['error', 'The text is not JSON.'],
  repeated_key: [
    'error',
    'A key stands twice in one object; IAM refuses that, and readers see only one of them.',
  ],
  policy_too_long: ['error', 'Longer than any role trust policy may be.'],
  over_default_quota: ['warning', 'Longer than 2,048 characters, which an account gets only on request.'],
  not_a_trust_policy: [
    'error',
    'A permissions policy, or something else that does not say who may assume a role.',
  ],
  malformed: ['error', 'Some part is not as the policy language has it.'],
  version_invalid: ['error', 'A Version that does not exist.'],
  version_old: ['warning', 'No Version, or the one of 2008, in which variables mean nothing.'],
  unknown_element: ['error', 'An element that the policy language does not have.'],
  resource_element: ['error', 'A Resource, which a trust policy may not have.'],
  sid_invalid: ['error', 'A Sid with other characters than letters and digits, or the same one twice.'],
  unknown_operator: ['error', 'A condition operator that does not exist.'],
  condition_key_invalid: [
    'error',
    'A condition key without its service, such as `ExternalId` for `sts:ExternalId`.',
  ],
  not_principal: ['error', '`NotPrincipal`, which IAM refuses in a trust policy.'],
  principal_invalid: ['error', 'A principal in a form that IAM does not know, or none.'],
  action_invalid: ['error', 'An action that a trust policy may not name, or none.'],
  external_id_not_demanded: [
    'error',
    "A statement lets us in, or another identity of the vendor's account, and has no condition on `sts:ExternalId`.",
  ],
  if_exists: ['error', 'An operator ending in `IfExists`: it also holds when no ID is sent.'],
  for_all_values: ['error', 'An operator beginning with `ForAllValues:`: it also holds when no ID is sent.'],
  negated_operator: [
    'error',
    'An operator such as `StringNotEquals`: every other ID passes, and none as well.',
  ],
  null_condition: ['error', '`Null` asks only whether an ID is sent, not which.'],
  case_ignored: ['error', 'An operator that takes capital and small letters for the same.'],
  wildcard: ['error', 'A pattern that matches other IDs too.'],
  variable: ['error', 'A policy variable in place of the ID: it takes its value from the request itself.'],
  opens_without_right_id: ['error', 'A wrong ID is let in for a reason that has no code of its own.'],
  wildcard_principal: ['error', 'Everybody in AWS is trusted; the external ID is no secret.'],
  vendor_not_trusted: ['error', "No statement names the vendor's account."],
  wrong_account: ['error', "Another account stands where the vendor's should, perhaps by a typing error."],
  wrong_partition: ['error', "The vendor's account, but in another AWS partition."],
  other_principal: [
    'error',
    "A role, user or session of the vendor's account that is not the one that calls.",
  ],
  wrong_action: ['error', 'The statement for the vendor does not allow `sts:AssumeRole`.'],
  wrong_external_id: ['error', 'Another external ID than the one that was issued.'],
  external_id_mistyped: [
    'error',
    'Nearly the external ID: another case, white space, quotes, a changed character.',
  ],
  operator_unsuited: ['error', 'An operator that cannot compare an external ID.'],
  principal_arn_mismatch: [
    'error',
    "A condition on `aws:PrincipalArn` that the vendor's identity does not meet.",
  ],
  condition_not_met: [
    'error',
    'A condition on something that our calls do not have, or that we cannot vouch for.',
  ],
  deny_hits_us: ['error', 'A Deny statement applies to us, and a Deny always wins.'],
  not_admitted: ['error', 'We are not let in for a reason that has no code of its own.'],
  tag_session_missing: [
    'error',
    'The access profile tags its sessions, and `sts:TagSession` is not allowed.',
  ],
  source_identity_missing: [
    'error',
    'The access profile sets a source identity, and `sts:SetSourceIdentity` is not allowed.',
  ],
  retired_external_id: ['either', 'An external ID of this tenant that was replaced.'],
  other_external_id: ['either', 'A further external ID that also opens the role.'],
  successor_missing: ['warning', 'A rotation is under way, and the new external ID is not let in yet.'],
  role_principal: [
    'warning',
    'A role as principal: the trust ends when that role is deleted and made again.',
  ],
  other_accounts: ['warning', 'Others are trusted in the same statement, with the same external ID.'],
  not_action: ['warning', '`NotAction` allows all that it does not name.'],
  broad_action: ['warning', 'More actions than are needed, such as `sts:*`.'],
  statement_left_out: ['warning', 'The suggested policy leaves out a statement, since IAM would refuse it.'],
} as const satisfies Record<string, readonly [Level, string]>;

export type FindingCode = keyof typeof FINDING_CODES;

/** One thing about a pasted policy, as the API shows it. */
export interface Finding {
  code: FindingCode;
  severity: 'error' | 'warning';
  message: string;
  /** `Statement[1].Condition.StringLike["sts:ExternalId"]`; empty for the whole document. */
  path: string;
  fix: string;
  /** From 1, in the text that was pasted; only where it was text. */
  line?: number;
  column?: number;
}

export type Path = readonly (string | number)[];

/** A finding before it is shown: with what the suggestion goes by. */
export interface Found {
  code: FindingCode;
  severity: 'error' | 'warning';
  message: string;
  fix: string;
  at: Path;
  /** The position of the statement that has to change; null when none has. */
  mends: number | null;
  /** The probes whose admission it explains. */
  probes: readonly Probe[];
}

interface Words {
  message: string;
  fix: string;
  severity?: 'error' | 'warning';
  mends?: number | null;
  probes?: readonly Probe[];
}

/**
 * What was found, in order, each thing once. Nothing here looks through the whole list for each statement: a policy of
 * two thousand empty ones is short enough for IAM, and a tenant may send it.
 */
export class Findings {
  readonly list: Found[] = [];
  readonly #known = new Map<string, Found>();
  readonly #mending = new Map<number, Found[]>();
  readonly #explained = new Set<Probe>();

  add(code: FindingCode, at: Path, { message, fix, severity, mends = null, probes = [] }: Words): void {
    const key = JSON.stringify([code, ...at]);
    const level: Level = FINDING_CODES[code][0];
    const found = this.#known.get(key) ?? {
      code,
      severity: severity ?? (level === 'warning' ? 'warning' : 'error'),
      message,
      fix,
      at,
      mends,
      probes: [],
    };
    found.probes = [...new Set([...found.probes, ...probes])];
    if (found.severity === 'error') for (const probe of probes) this.#explained.add(probe);
    if (this.#known.has(key)) return;
    this.#known.set(key, found);
    this.list.push(found);
    if (mends !== null) this.#mending.set(mends, [...this.mending(mends), found]);
  }

  has(code: FindingCode): boolean {
    return this.list.some((found) => found.code === code);
  }

  errors(): Found[] {
    return this.list.filter((found) => found.severity === 'error');
  }

  /** What the statement at this position has to change for. */
  mending(index: number): readonly Found[] {
    return this.#mending.get(index) ?? [];
  }

  /** Whether an error says why this probe got in. */
  explains(probe: Probe): boolean {
    return this.#explained.has(probe);
  }
}

/** A path as it would be written in JavaScript. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_]\w*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
