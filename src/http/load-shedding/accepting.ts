import type { Server } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Requests are paused for at most this long, and then for the same time they are not. */
const MAX_PAUSE_MS = 50;

export interface Accepting {
  /** Whether requests should wait, because connections are being accepted. */
  isBusy(): boolean;
  /** Adds a function that is called when requests may go on. */
  onEnd(listener: () => void): void;
}

/**
 * Gives the accepting of connections precedence over requests. Node.js accepts one connection in each iteration of its event
 * loop. If requests were handled meanwhile, each iteration would take long, and a probe on a new connection would wait for
 * seconds behind the others in the kernel's queue.
 */
export function watchAccepting(server: Pick<Server, 'on'>): Accepting {
  const listeners: (() => void)[] = [];
  let isBusy = false;
  let hasAccepted = false;
  let startedAt = 0;
  let mayStartAt = 0;

  const check = (): void => {
    const now = performance.now();
    if (hasAccepted && now - startedAt < MAX_PAUSE_MS) {
      hasAccepted = false;
      setImmediate(check);
      return;
    }
    isBusy = false;
    mayStartAt = now + (now - startedAt);
    for (const listener of listeners) listener();
  };
  server.on('connection', () => {
    hasAccepted = true;
    const now = performance.now();
    if (isBusy || now < mayStartAt) return;
    isBusy = true;
    startedAt = now;
    setImmediate(check);
  });
  return { isBusy: () => isBusy, onEnd: (listener) => void listeners.push(listener) };
}
