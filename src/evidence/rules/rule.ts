import type { Facts } from '../facts.ts';

/** A fact behind a assessment, in words for people. */
export interface NamedFact {
  name: string;
  value: string;
}

export interface Assessment {
  /** null: a running installation cannot show it. */
  holds: boolean | null;
  reason: string;
  facts: NamedFact[];
}

export interface Rule {
  /** As in docs/security-model.md. */
  number: number;
  title: string;
  assess(facts: Facts): Assessment;
}

/** The rule holds if nothing speaks against it. */
export function holdsUnless(
  problems: readonly (string | false)[],
  reason: string,
  facts: NamedFact[],
): Assessment {
  const found = problems.filter((problem) => problem !== false);
  return found.length === 0
    ? { holds: true, reason, facts }
    : { holds: false, reason: found.join(' '), facts };
}

/** For rules of the code alone, which the tests of a release show. */
export function unknown(reason: string, facts: NamedFact[] = []): Assessment {
  return { holds: null, reason, facts };
}

export const fact = (name: string, value: string | number | boolean | Date | null): NamedFact => ({
  name,
  value: formatValue(value),
});

function formatValue(value: string | number | boolean | Date | null): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value instanceof Date ? value.toISOString() : String(value);
}

export const list = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '));
