import { parseTrustPolicy } from '../trust-policy/parse.ts';
import type { PolicyProblem, PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { validateForCreation } from '../trust-policy/validate-for-creation.ts';
import type { Path } from './finding.ts';
import type { Raw } from './subject.ts';

/** One statement of the document, as it can be used. */
export interface Slot {
  index: number;
  at: Path;
  written: unknown;
  /** As IAM would take it: as written, or mended in its grammar alone; null when that cannot be. */
  usable: { raw: Raw; statement: Statement; repaired: boolean } | null;
}

/** A document, statement by statement. */
export interface Reading {
  /** All but the statements, without what does not belong. */
  top: Raw;
  version: PolicyVersion;
  /** Whether the statements stood in a list. */
  list: boolean;
  slots: readonly Slot[];
}

/** Reads one statement by itself; its problems where IAM would refuse it. */
export function readStatement(
  raw: unknown,
  index: number,
  at: Path,
): { statement: Statement } | { problems: readonly PolicyProblem[] } {
  const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: raw });
  if (!parsed.ok) return { problems: parsed.problems };
  const problems = validateForCreation(parsed.policy);
  const [statement] = parsed.policy.statements;
  if (problems.length > 0 || statement === undefined) return { problems };
  const path = at.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join('');
  return { statement: { ...statement, index, path } };
}

/** The statements that can be used, for the evaluator. */
export const statementsOf = (slots: readonly Slot[]): Statement[] =>
  slots.flatMap(({ usable }) => (usable ? [usable.statement] : []));

/** Where a condition stands in the document. */
export const conditionPath = (slot: Slot, { operator, key }: Statement['conditions'][number]): Path => [
  ...slot.at,
  'Condition',
  operator.name,
  key,
];
