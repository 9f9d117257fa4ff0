import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../compose.ts';

/** How long a server that was told to end goes on accepting, so that clients leave it by themselves. */
const ACCEPTING_MS = 1_000;
/** How long connections that are open then go on being served, for clients that were just about to use one. */
const SERVING_MS = 500;
/** A request that hangs is broken off after this, so that the database can still be closed in order… */
const BREAK_OFF_MS = 25_000;
/** …and whatever else hangs ends with the process. */
const LONGEST_MS = 30_000;
/** What ends by itself once everything is closed has done so after this. */
const LINGERING_MS = 500;

/** npm hands on the Ctrl-C that the terminal has sent us already; a person's second one comes later than that. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a later second one ends the process at once. */
export function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        toldAt ??= performance.now();
        if (signal !== 'SIGHUP' && performance.now() - toldAt > SAME_SIGNAL_MS) process.exit(1);
        resolve(signal);
      });
    }
  });
}

/**
 * Ends without losing an answer. First every answer asks its client to close the connection, while new ones are still
 * taken; then new ones are refused, while those that are open are still served; then idle ones are closed, and what is
 * under way is answered. What hangs does not hold it for ever.
 *
 * What remains is HTTP's own (RFC 9112, section 9.5): a client whose connection was idle all the while may begin a request
 * just as it is closed, and has to send it again on another.
 */
export async function drainAndClose(
  { readiness, drain }: Pick<Service, 'readiness' | 'drain'>,
  close: () => Promise<void>,
): Promise<void> {
  readiness.draining = true;
  setTimeout(() => {
    console.error(`Countersign did not end within ${LONGEST_MS / 1000} s and is stopped.`);
    process.exit(1);
  }, LONGEST_MS).unref();
  await delay(ACCEPTING_MS);
  await drain.stopListening();
  await delay(SERVING_MS);
  setTimeout(drain.endAll, BREAK_OFF_MS).unref();
  await close();
}

/** To be called when everything is closed: a program that hangs while it looks for AWS credentials does not hold us. */
export function leaveWhatHangs(): void {
  setTimeout(() => process.exit(), LINGERING_MS).unref();
}
