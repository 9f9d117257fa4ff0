import { expect, test } from 'vitest';
import { formatCounts, runTorture } from './torture.ts';

/** A seed whose faults include a kill of a replica and of PostgreSQL. `npm run torture` runs for longer, with any seed. */
const SEED = 1;
const SECONDS = 6;

test('three replicas under random faults keep every promise and serve again', async () => {
  const { ledger, folder } = await runTorture({ seed: SEED, seconds: SECONDS, print: () => undefined });
  const context = [...ledger.faults, formatCounts(ledger), `logs: ${folder}`].join('\n');
  expect(ledger.violations, context).toEqual([]);
  for (const counter of ['credentials', 'writes', 'revocations', 'faults'])
    expect(ledger.counts.get(counter) ?? 0, context).toBeGreaterThan(0);
}, 180_000);
