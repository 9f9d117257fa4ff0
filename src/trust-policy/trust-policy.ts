/** A document without a Version has the older one (IAM JSON policy elements: Version). */
export type PolicyVersion = '2012-10-17' | '2008-10-17';

/** A role trust policy in which every element is supported. Only `parseTrustPolicy` creates one. */
export interface TrustPolicy {
  readonly version: PolicyVersion;
  readonly statements: readonly Statement[];
  /** Number of characters without white space, which IAM compares with its quota. */
  readonly size: number;
}

export interface Statement {
  /** Zero-based position in the document. */
  readonly index: number;
  /** `Statement[0]`, or `Statement` when the document has one statement that is not in an array. */
  readonly path: string;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: PrincipalElement;
  readonly actions: ActionElement;
  readonly conditions: readonly Condition[];
}

export interface PrincipalElement {
  /** True for `NotPrincipal`, which IAM rejects in a trust policy. */
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

export interface PrincipalEntry {
  readonly type: PrincipalType | '*';
  readonly value: string;
  readonly path: string;
}

export const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;
type PrincipalType = (typeof PRINCIPAL_TYPES)[number];

export interface ActionElement {
  /** True for `NotAction`. */
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export interface Condition {
  readonly operator: Operator;
  /** As written in the document. Keys are case-insensitive. */
  readonly key: string;
  readonly values: readonly string[];
  /** For example `Statement[0].Condition.StringEquals.sts:ExternalId`. */
  readonly path: string;
}

/** A parsed condition operator: `ForAllValues:StringNotLikeIfExists` is a negated `like` with a set operator. */
export interface Operator {
  readonly name: string;
  readonly comparison: Comparison;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly setOperator: 'ForAllValues' | 'ForAnyValue' | null;
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
  | OrderComparison;

export type OrderComparison =
  `${'number' | 'date'}-${'equals' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal'}`;

/** A rule that a document violates, and the position in the document. */
export interface PolicyProblem {
  readonly path: string;
  readonly message: string;
}

export type ParsedTrustPolicy =
  | { readonly ok: true; readonly policy: TrustPolicy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };
