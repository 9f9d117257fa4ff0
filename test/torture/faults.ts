import { setTimeout as delay } from 'node:timers/promises';
import type { FaultMode } from '../../src/aws-emulator/faults.ts';
import { pick, type Random, shuffle } from '../harness/random.ts';
import type { Environment } from './environment.ts';
import type { Replica } from './replica.ts';

interface Fault {
  label: string;
  begin(): unknown;
  /** Repairs what `begin` broke. Without it, the fault is over at once. */
  end?(): unknown;
}

type FaultKind = (environment: Environment, random: Random) => Fault;

const STS_MODES: readonly FaultMode[] = ['throttle', 'error', 'hang', 'garbage', 'close', 'slow', 'deny'];
const CLOCK_STEPS_SECONDS = [-3_600, -600, -60, 60, 600, 3_600];
const MAX_DATABASE_DELAY_MS = 400;
const MAX_STS_DELAY_MS = 4_000;

const DATABASE_FAULTS: readonly FaultKind[] = [
  ({ signalPostgres }) => ({ label: 'kill -9 of PostgreSQL', begin: () => signalPostgres('SIGKILL') }),
  ({ signalPostgres }) => ({ label: 'restart of PostgreSQL', begin: () => signalPostgres('SIGINT') }),
  ({ proxy }) => ({ label: 'open database connections go silent for good', begin: proxy.freezeOpen }),
  ({ proxy }) => ({ label: 'database connections are reset', begin: proxy.cutAll }),
  ({ proxy }) => ({ label: 'the database is silent', begin: proxy.pause, end: proxy.resume }),
  ({ proxy }) => ({ label: 'the database refuses connections', begin: proxy.refuse, end: proxy.accept }),
  ({ proxy }, random) => {
    const delayMs = 1 + random(MAX_DATABASE_DELAY_MS);
    return {
      label: `the database is slow by ${delayMs} ms`,
      begin: () => Object.assign(proxy, { delayMs }),
      end: () => Object.assign(proxy, { delayMs: 0 }),
    };
  },
  (environment) => ({
    label: 'the database is read-only',
    begin: () => setReadOnly(environment, 'on'),
    end: () => setReadOnly(environment, 'off'),
  }),
];

/** Repeats the change while the database is starting. */
async function setReadOnly({ queryAsOwner }: Environment, value: 'on' | 'off'): Promise<void> {
  for (;;) {
    try {
      await queryAsOwner(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await queryAsOwner('SELECT pg_reload_conf()');
      return;
    } catch {
      await delay(100);
    }
  }
}

const STS_FAULTS: readonly FaultKind[] = STS_MODES.map((mode) => ({ aws: { faults } }, random) => ({
  label: `STS: ${mode}`,
  begin: () => faults.set(mode, { operation: 'AssumeRole', delayMs: random(MAX_STS_DELAY_MS) }),
  end: () => faults.clear(),
}));

const REPLICA_FAULTS: readonly FaultKind[] = [
  ({ replicas }, random) => {
    const replica = pick(random, replicas);
    return { label: `kill -9 of ${replica.name}`, begin: replica.kill };
  },
  (environment, random) => {
    const replica = pick(random, environment.replicas);
    return { label: `SIGTERM of ${replica.name}`, begin: () => terminate(environment, replica) };
  },
  ({ replicas }, random) => {
    const replica = pick(random, replicas);
    return { label: `${replica.name} stands still`, begin: replica.suspend, end: replica.resume };
  },
  ({ replicas }, random) => {
    const replica = pick(random, replicas);
    const seconds = pick(random, CLOCK_STEPS_SECONDS);
    return {
      label: `the clock of ${replica.name} is wrong by ${seconds} s`,
      begin: () => replica.shiftClock(seconds),
      end: () => replica.shiftClock(0),
    };
  },
];

/** Ends a replica as an orchestrator does. One that has not finished its start need not end with 0. */
export async function terminate({ ledger }: Environment, replica: Replica): Promise<void> {
  const wasServing = replica.isServing();
  const code = await replica.terminate();
  if (wasServing && code !== 0) ledger.addViolation(`${replica.name} ended with ${code} after SIGTERM`);
}

/** Faults of one part of the environment happen one after the other; those of different parts overlap. */
export const FAULT_KINDS = [DATABASE_FAULTS, STS_FAULTS, REPLICA_FAULTS];

interface FaultLane {
  kinds: readonly FaultKind[];
  random: Random;
  /** Of a fault, and of the gap between two. */
  maxDurationMs: number;
  isStopped: () => boolean;
}

/** Causes each of the faults in random order, again and again until the run stops. When it resolves, all is right again. */
export async function runFaults(environment: Environment, lane: FaultLane): Promise<void> {
  const { kinds, random, maxDurationMs, isStopped } = lane;
  let upcoming: FaultKind[] = [];
  while (!isStopped()) {
    if (upcoming.length === 0) upcoming = shuffle(random, kinds);
    const fault = upcoming.pop()?.(environment, random);
    if (fault) await runFault(environment, fault, random(maxDurationMs));
    await delay(random(maxDurationMs));
  }
}

async function runFault({ ledger }: Environment, fault: Fault, durationMs: number): Promise<void> {
  ledger.addFault(fault.end ? `${fault.label}, ${durationMs} ms` : fault.label);
  ledger.count('faults');
  try {
    await fault.begin();
    if (fault.end) await delay(durationMs);
    await fault.end?.();
  } catch (error) {
    ledger.addViolation(`the run could not cause or end "${fault.label}": ${(error as Error).stack}`);
  }
}
