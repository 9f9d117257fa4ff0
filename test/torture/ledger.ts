/** What happened in a run: counts, faults, and violations of what Countersign promises. */
export interface Ledger {
  readonly counts: Map<string, number>;
  /** Each fault with the second at which it began. */
  readonly faults: string[];
  readonly violations: string[];
  count(name: string): void;
  addFault(fault: string): void;
  addViolation(violation: string): void;
}

/** Further ones add nothing, and could fill the memory. */
const MAX_VIOLATIONS = 100;

export function createLedger(print: (line: string) => void): Ledger {
  const startedAt = performance.now();
  const withTime = (text: string): string =>
    `${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${text}`;
  const ledger: Ledger = {
    counts: new Map(),
    faults: [],
    violations: [],
    count: (name) => void ledger.counts.set(name, (ledger.counts.get(name) ?? 0) + 1),
    addFault: (fault) => void ledger.faults.push(withTime(fault)),
    addViolation(violation) {
      if (ledger.violations.length >= MAX_VIOLATIONS) return;
      ledger.violations.push(withTime(violation));
      print(`VIOLATION ${withTime(violation)}`);
    },
  };
  return ledger;
}
