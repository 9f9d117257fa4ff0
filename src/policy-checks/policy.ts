import type {
  Condition,
  PolicyVersion,
  PrincipalElement,
  PrincipalEntry,
  Statement,
} from '../trust-policy/trust-policy.ts';
import type { JsonObject, JsonPath } from './json-values.ts';

/** The actions that a trust policy can allow. */
export const STS_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

/** A statement that IAM accepts, after its grammar was repaired where needed. */
export interface UsableStatement extends Statement {
  at: JsonPath;
  principals: Omit<PrincipalElement, 'entries'> & { entries: readonly LocatedPrincipal[] };
  conditions: readonly LocatedCondition[];
  json: JsonObject;
  /** Whether the statement contains values that another tool fills in or chooses later. */
  isOpen: boolean;
}

/** One statement of a pasted document. */
export interface StatementEntry {
  index: number;
  path: JsonPath;
  /** The statement as it was pasted. */
  original: unknown;
  /** null when IAM would still reject it. */
  usable: UsableStatement | null;
}

/** A pasted document, divided into its statements. */
export interface Policy {
  /** The top-level elements other than the statements, without those that IAM rejects. */
  topLevel: JsonObject;
  version: PolicyVersion;
  /** False for a single statement that is not in a list. */
  hasStatementList: boolean;
  entries: readonly StatementEntry[];
}

export type LocatedPrincipal = PrincipalEntry & { at: JsonPath };
export type LocatedCondition = Condition & { at: JsonPath };
