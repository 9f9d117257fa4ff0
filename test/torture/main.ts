import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { formatCounts, runTorture, type TortureReport } from './torture.ts';

const HELP = `npm run torture [-- --minutes <0.1 to 1440>] [--seed <number>]

Runs three replicas on one PostgreSQL under load and random faults: kill -9 of replicas and of PostgreSQL, silent, slow and
reset database connections, a read-only database, errors of STS, wrong clocks. Meanwhile tenants are created, suspended and
resumed, keys are revoked, and external IDs are rotated. All of it stays on this machine.

It checks, by the log of STS and otherwise from outside, that

- no call carries another tenant's external ID, and no credentials belong to another account;
- nothing is issued after a revocation or suspension was acknowledged;
- every acknowledged write exists exactly once, and all issued credentials are in the audit log, which verifies;
- each request is answered, with nothing worse than 503 and Retry-After;
- every event reaches a poller of the feed and a webhook, signed, complete, and in order for each connection;
- every replica serves every connection again within a minute of the last fault, and ends with 0 after SIGTERM.

  --minutes <n>  for how long faults are caused; 5 if left out
  --seed <n>     decides the faults and their times; random if left out

Exit code: 1 if a check failed, else 0.`;

/** The service promises an answer within 10 seconds, and to serve within a minute. A busy machine adds to the former. */
const LIMITS = { answerMs: 15_000, recoveryMs: 60_000, startMs: 60_000, deliveryMs: 60_000 };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes >= 0.1 && minutes <= 1440) || !Number.isSafeInteger(seed)) {
    console.error(`--minutes must be a number from 0.1 to 1440, and --seed a whole number.\n\n${HELP}`);
    return 2;
  }
  console.log(`Seed ${seed}, ${minutes} minutes`);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const print = (line: string): void => console.log(line);
  const report = await runTorture({
    seed,
    seconds: minutes * 60,
    limits: LIMITS,
    serveArguments: ['--import', 'tsx', 'src/main.ts', 'serve'],
    print,
    signal: abort.signal,
  });
  console.log(formatReport(report, seed));
  return report.ledger.violations.length > 0 ? 1 : 0;
}

function formatReport({ ledger, recoverySeconds, folder }: TortureReport, seed: number): string {
  const summary = `\n${formatCounts(ledger)}\nRecovery after the last fault and start: ${recoverySeconds.toFixed(1)} s`;
  if (folder === null) return `${summary}\nNothing was violated.`;
  const violations = ledger.violations.map((violation) => `- ${violation}`).join('\n');
  const faults = ledger.faults.map((fault) => `- ${fault}`).join('\n');
  return `${summary}\n\nFaults:\n${faults}\n\n${ledger.violations.length} violations with seed ${seed}:\n${violations}\n\nLogs of the replicas: ${folder}`;
}

process.exitCode = await main();
