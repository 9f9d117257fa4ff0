import { expect, test } from 'vitest';
import { compiledCommand } from '../harness/compiled-command.ts';
import { formatCounts, runTorture } from './torture.ts';

/** A seed whose faults include a kill of a replica and of PostgreSQL. `npm run torture` runs for longer, with any seed. */
const SEED = 1;
const SECONDS = 6;
/** Far above what is promised: other tests run at the same time, and how fast this machine is proves nothing. */
const LIMITS = { answerMs: 60_000, recoveryMs: 240_000, startMs: 240_000, deliveryMs: 120_000 };

test('three replicas under random faults keep every promise and serve again', async () => {
  const { ledger, folder } = await runTorture({
    seed: SEED,
    seconds: SECONDS,
    limits: LIMITS,
    serveArguments: compiledCommand('serve').slice(1),
    print: () => undefined,
    expiresLeases: true,
  });
  const context = [...ledger.faults, formatCounts(ledger), `logs: ${folder}`].join('\n');
  expect(ledger.violations, context).toEqual([]);
  for (const counter of ['credentials', 'writes', 'revocations', 'faults', 'deliveries'])
    expect(ledger.counts.get(counter) ?? 0, context).toBeGreaterThan(0);
}, 600_000);
