import type { PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import type { JsonPath } from './findings/finding.ts';
import type { JsonObject } from './json-values.ts';

/** One statement of a pasted document. */
export interface StatementEntry {
  index: number;
  path: JsonPath;
  /** The statement as it was pasted. */
  original: unknown;
  /** The statement after its grammar was repaired where needed; null when IAM would still reject it. */
  usable: { json: JsonObject; statement: Statement } | null;
  /** Whether the statement contains values that another tool fills in later. */
  isOpen: boolean;
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

/** The statements that can be evaluated. */
export const usableEntries = (
  { entries }: Policy,
  effect?: 'Allow' | 'Deny',
): { entry: StatementEntry; statement: Statement }[] =>
  entries.flatMap((entry) => {
    const statement = entry.usable?.statement;
    return statement && (effect === undefined || statement.effect === effect) ? [{ entry, statement }] : [];
  });

export const statementLabel = ({ index }: StatementEntry): string =>
  index === 0 ? 'This statement' : `Statement ${index + 1}`;

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
