import { parseTrustPolicy } from '../trust-policy/parse/parse.ts';
import type { PolicyProblem, PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { validateForCreation } from '../trust-policy/validate-for-creation.ts';
import type { JsonPath } from './finding.ts';
import type { JsonObject } from './json-values.ts';

/** One statement of a pasted document. */
export interface StatementEntry {
  index: number;
  path: JsonPath;
  /** The statement as it was pasted. */
  original: unknown;
  /** The statement after its grammar was repaired where needed; null when IAM would still reject it. */
  usable: { json: JsonObject; statement: Statement } | null;
}

/** A pasted document, divided into its statements. */
export interface PolicyDocument {
  /** The top-level elements other than the statements, without those that IAM rejects. */
  topLevel: JsonObject;
  version: PolicyVersion;
  /** False for a single statement that is not in a list. */
  hasStatementList: boolean;
  entries: readonly StatementEntry[];
}

/** Parses one statement. Returns the problems if IAM would reject it. */
export function parseStatement(
  json: unknown,
  index: number,
  path: JsonPath,
): { statement: Statement } | { problems: readonly PolicyProblem[] } {
  const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: json });
  if (!parsed.ok) return { problems: parsed.problems };
  const problems = validateForCreation(parsed.policy);
  const [statement] = parsed.policy.statements;
  if (problems.length > 0 || statement === undefined) return { problems };
  const pathText = path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join('');
  return { statement: { ...statement, index, path: pathText } };
}

/** The statements that can be evaluated. */
export const usableStatements = (entries: readonly StatementEntry[]): Statement[] =>
  entries.flatMap(({ usable }) => (usable ? [usable.statement] : []));

export const conditionPath = (
  entry: StatementEntry,
  { operator, key }: Statement['conditions'][number],
): JsonPath => [...entry.path, 'Condition', operator.name, key];

/** Converts the parser's path of a principal, such as `Statement[0].Principal.AWS[1]`, to a JSON path. */
export function principalPath(entry: StatementEntry, path: string): JsonPath {
  const index = /\[(\d+)\]$/.exec(path.replace(/^Statement(\[\d+\])?/, ''))?.[1];
  const [, type] = /\.Principal\.(\w+)/.exec(path) ?? [];
  return [...entry.path, 'Principal', ...(type ? [type] : []), ...(index ? [Number(index)] : [])];
}
