import { setTimeout as delay } from 'node:timers/promises';

/** How long a server that was told to end goes on accepting, so that clients leave it by themselves. */
const DRAIN_MS = 1_000;
const LONGEST_MS = 30_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (told && signal !== 'SIGHUP') process.exit(1);
        told = true;
        resolve(signal);
      });
    }
  });
}

/**
 * Ends without losing an answer: first every answer asks its client to close the connection, while new ones are still
 * taken; then nothing new is accepted, and what is under way is answered. What hangs does not hold it for ever.
 */
export async function drainAndClose(
  readiness: { draining: boolean },
  close: () => Promise<void>,
): Promise<void> {
  readiness.draining = true;
  setTimeout(() => {
    console.error(`Countersign did not end within ${LONGEST_MS / 1000} s and is stopped.`);
    process.exit(1);
  }, LONGEST_MS).unref();
  await delay(DRAIN_MS);
  await close();
}
