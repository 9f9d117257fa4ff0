import type { Condition, PolicyVersion, PrincipalEntry, Statement } from '../trust-policy/trust-policy.ts';
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
  json: JsonObject;
  /** Whether the statement contains values that another tool fills in later. */
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

export const conditionPath = ({ at }: UsableStatement, { operator, key }: Condition): JsonPath => [
  ...at,
  'Condition',
  operator.name,
  key,
];

/** Converts the parser's path of a principal, such as `Statement[0].Principal.AWS[1]`, to a JSON path. */
export function principalPath({ at }: UsableStatement, { path }: PrincipalEntry): JsonPath {
  const [, type, index] = /\.Principal(?:\.(\w+))?(?:\[(\d+)\])?$/.exec(path) ?? [];
  return [...at, 'Principal', ...(type ? [type] : []), ...(index ? [Number(index)] : [])];
}
