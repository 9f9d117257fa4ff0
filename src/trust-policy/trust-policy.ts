/** The two versions of the policy language; a document without one is read as the older (IAM JSON policy elements: Version). */
export type PolicyVersion = '2012-10-17' | '2008-10-17';

/** A role trust policy whose every part is understood. Only `parseTrustPolicy` makes one. */
export interface TrustPolicy {
  readonly version: PolicyVersion;
  readonly statements: readonly Statement[];
  /** Characters without white space, as IAM counts them against its quota. */
  readonly size: number;
}

export interface Statement {
  /** Position in the document, from 0; a lone statement object is 0. */
  readonly index: number;
  /** `Statement[0]`, or `Statement` when it stands alone. */
  readonly path: string;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: PrincipalElement;
  readonly actions: ActionElement;
  readonly conditions: readonly Condition[];
}

export interface PrincipalElement {
  /** True for `NotPrincipal`, which IAM refuses in a trust policy. */
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

export interface PrincipalEntry {
  readonly type: PrincipalType | '*';
  readonly value: string;
  readonly path: string;
}

export const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number];

export interface ActionElement {
  /** True for `NotAction`. */
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export interface Condition {
  readonly operator: Operator;
  /** As written; compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
  /** Where it stands, as `Statement[0].Condition.StringEquals.sts:ExternalId`. */
  readonly path: string;
}

/** A condition operator taken apart: `ForAllValues:StringNotLikeIfExists` is a negated `like` over every value. */
export interface Operator {
  readonly name: string;
  readonly comparison: Comparison;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly over: 'single' | 'every' | 'some';
}

export type Comparison =
  | 'string'
  | 'string-ignoring-case'
  | 'like'
  | 'arn'
  | 'bool'
  | 'binary'
  | 'ip'
  | 'null'
  | `${'number' | 'date'}-${'equals' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal'}`;

/** Something in a document that is not a trust policy's, and where it stands. */
export interface PolicyProblem {
  readonly path: string;
  readonly message: string;
}

export type ParsedTrustPolicy =
  | { readonly ok: true; readonly policy: TrustPolicy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };
