import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../compose.ts';

// docs/decisions/0009-shutdown.md explains the steps.

/** Duration of each of the two drain steps: accepting connections, then serving only the open ones. */
const DRAIN_STEP_MS = 750;
/** Requests that are still in progress are aborted then, so that the database can be closed properly. */
const ABORT_REQUESTS_AFTER_MS = 25_000;
/** The process exits then, whatever still hangs. docker-compose.yml must allow more time than this. */
export const EXIT_AFTER_MS = 30_000;
/**
 * Further signals are ignored for this time: npm forwards the Ctrl-C that the terminal has already sent to this
 * process. A second Ctrl-C of a person comes later.
 */
const IGNORE_SIGNALS_MS = 1_000;

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP. A second signal, unless it follows at once, ends the process. So does
 * whatever has not ended by the deadline, such as a start that waits for a silent database.
 */
export function waitForSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstSignalAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (firstSignalAt === undefined) exitAfterDeadline();
        firstSignalAt ??= performance.now();
        if (signal !== 'SIGHUP' && performance.now() - firstSignalAt > IGNORE_SIGNALS_MS) process.exit(1);
        resolve(signal);
      });
    }
  });
}

function exitAfterDeadline(): void {
  setTimeout(() => {
    console.error(`Countersign did not stop within ${EXIT_AFTER_MS / 1000} seconds and exits now.`);
    process.exit(1);
  }, EXIT_AFTER_MS).unref();
}

/**
 * Stops the service without losing a response:
 * 1. Every response asks its client to close the connection. New connections are still accepted.
 * 2. New connections are refused. Requests on open connections are still served.
 * 3. Idle connections are closed, requests in progress are finished, and `close` closes everything else.
 *
 * HTTP leaves one gap (RFC 9112, section 9.5): a client may send a request on a connection that was idle all the time,
 * at the moment when it is closed. The client has to repeat it on another connection.
 */
export async function drainAndClose(
  { readiness, drain }: Pick<Service, 'readiness' | 'drain'>,
  close: () => Promise<void>,
): Promise<void> {
  setTimeout(drain.closeAll, ABORT_REQUESTS_AFTER_MS).unref();
  readiness.draining = true;
  await delay(DRAIN_STEP_MS);
  await drain.stopListening();
  await delay(DRAIN_STEP_MS);
  await close();
}
