import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, type Random } from '../harness/random.ts';
import { createCustomer } from './customers.ts';
import { type Environment, type Limits, startEnvironment } from './environment.ts';
import { checkEvents } from './event-checks.ts';
import { type EventReaders, startEventReaders } from './event-readers.ts';
import { FAULT_KINDS, runFaults } from './faults.ts';
import { awaitRecovery, checkAuditLog, checkStsCalls, checkWrites, stopReplicas } from './final-checks.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createOperators, runOperator } from './operators.ts';
import { createWorkerKey, type Load, runWorker } from './workers.ts';

const CUSTOMER_COUNT = 8;
/** The last ones of the customers are suspended at times. */
const SUSPENDED_CUSTOMER_COUNT = 2;
const KEY_COUNT = 4;
const WORKER_COUNT = 12;
/** A short run has shorter faults, so that it has several. */
const MAX_FAULT_MS = 6_000;
const PROGRESS_INTERVAL_MS = 10_000;

export interface TortureOptions {
  seed: number;
  /** For how long faults are caused. Starting, recovering and stopping come in addition. */
  seconds: number;
  limits: Limits;
  /** Arguments of Node.js that run `serve`. */
  serveArguments: readonly string[];
  print: (line: string) => void;
  /** Makes what waits for a retry or a lease due at once, when the faults are over. */
  expiresLeases?: boolean;
  /** Ends the run before its time. */
  signal?: AbortSignal;
}

export interface TortureReport {
  ledger: Ledger;
  /** How long it took, after the last fault and start, until every replica served every connection. */
  recoverySeconds: number;
  /** The logs of the replicas; null: nothing was violated, and they are deleted. */
  folder: string | null;
}

/** Runs three replicas under load and random faults, and checks what Countersign promises. The seed decides the faults. */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const { seed, seconds, limits, serveArguments, print, expiresLeases = false } = options;
  const { signal = new AbortController().signal } = options;
  const ledger = createLedger(print);
  const seeds = createRandom(seed);
  const nextRandom = (): Random => createRandom(seeds(2 ** 31));
  const environment = await startEnvironment(ledger, { limits, serveArguments });
  const acknowledgedTenants = new Map<string, string>();
  let recoverySeconds = Number.NaN;
  let readers: EventReaders | null = null;
  signal.addEventListener('abort', environment.end);
  try {
    print('Starting three replicas');
    const load = await createLoad(environment, nextRandom());
    // The faults of a seed do not depend on the readers.
    readers = await startEventReaders(environment, createRandom(seed + 1));
    const disturbance = { seconds, print, signal, nextRandom, acknowledgedTenants };
    recoverySeconds = await disturb(environment, load, disturbance);
    await checkEvents(environment, readers, { expiresLeases });
    await stopReplicas(environment);
    await checkStsCalls(environment);
    await checkWrites(environment, acknowledgedTenants);
    await checkAuditLog(environment, load.handedOut);
  } catch (error) {
    ledger.addViolation(`the run failed: ${error instanceof Error ? error.stack : error}`);
  } finally {
    environment.end();
    await readers?.close();
    await environment.close({ keepsLogs: ledger.violations.length > 0 });
  }
  return { ledger, recoverySeconds, folder: ledger.violations.length > 0 ? environment.folder : null };
}

async function createLoad(environment: Environment, random: Random): Promise<Load> {
  const timeout = setTimeout(environment.end, environment.limits.startMs);
  const firstSuspended = CUSTOMER_COUNT - SUSPENDED_CUSTOMER_COUNT;
  const numbers = Array.from({ length: CUSTOMER_COUNT }, (_, n) => n);
  const customers = await Promise.all(
    numbers.map((n) => createCustomer(environment, random, { n, isSuspendedAtTimes: n >= firstSuspended })),
  );
  const keys = await Promise.all(
    Array.from({ length: KEY_COUNT }, () => createWorkerKey(environment, random)),
  );
  clearTimeout(timeout);
  return { customers, keys, handedOut: new Map() };
}

interface Disturbance extends Pick<TortureOptions, 'seconds' | 'print'> {
  signal: AbortSignal;
  nextRandom: () => Random;
  acknowledgedTenants: Map<string, string>;
}

/** Runs workers, operators and faults at the same time. Returns the seconds until everything worked again. */
async function disturb(
  environment: Environment,
  load: Load,
  { seconds, print, signal, nextRandom, acknowledgedTenants }: Disturbance,
): Promise<number> {
  let areFaultsOver = false;
  let isLoadOver = false;
  const maxDurationMs = Math.min(MAX_FAULT_MS, (seconds * 1000) / 8);
  const faults = FAULT_KINDS.map((kinds) =>
    runFaults(environment, { kinds, random: nextRandom(), maxDurationMs, isStopped: () => areFaultsOver }),
  );
  const operators = createOperators(environment, load, { random: nextRandom(), acknowledgedTenants });
  const operations = operators.map((operator) =>
    runOperator(environment, operator, nextRandom(), () => areFaultsOver),
  );
  const workers = Array.from({ length: WORKER_COUNT }, () =>
    runWorker(environment, load, nextRandom(), () => isLoadOver),
  );
  const progress = setInterval(() => print(formatCounts(environment.ledger)), PROGRESS_INTERVAL_MS);
  await delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
  areFaultsOver = true;
  await Promise.all(faults);
  print('The last fault is over');
  const recoverySeconds = await awaitRecovery(environment, load, nextRandom());
  print(
    `Every replica served every connection ${recoverySeconds.toFixed(1)} s after the last fault and start`,
  );
  environment.end();
  isLoadOver = true;
  await Promise.all([...operations, ...workers]);
  clearInterval(progress);
  return recoverySeconds;
}

export function formatCounts({ counts }: Ledger): string {
  return [...counts].map(([name, count]) => `${name}: ${count}`).join(', ');
}
