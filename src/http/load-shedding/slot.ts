import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { overloaded } from './overloaded.ts';
import type { ScheduledLimit } from './scheduled-limit.ts';

export const SLOT = Symbol('slot');

export interface SlotRequest extends IncomingMessage {
  [SLOT]?: Slot;
}

/** One of the requests in progress that a limit allows. */
interface Slot {
  whileWaiting<T>(work: () => Promise<T>): Promise<T>;
  /** Called when the handler has ended, and the response is about to be sent. */
  end(): void;
}

/** Everything that a handler waits for has a shorter time limit. */
const ABANDONED_AFTER_MS = 120_000;

/**
 * Runs work that waits for another service. Meanwhile the request does not count as in progress.
 * @throws Problem `overloaded` when too many wait
 */
export function whileWaiting<T>({ raw }: FastifyRequest, work: () => Promise<T>): Promise<T> {
  const slot = (raw as SlotRequest)[SLOT];
  return slot ? slot.whileWaiting(work) : work();
}

/**
 * Opens the slot of an admitted request. It ends when the handler has ended and the response is closed. If a client could end
 * it by disconnecting, clients that give up early and repeat would start any amount of work.
 */
export function openSlot(limit: ScheduledLimit, response: ServerResponse): Slot {
  let hasEnded = false;
  let isClosed = false;
  let isOpen = true;
  const close = (): void => {
    if (isOpen) limit.leave();
    isOpen = false;
  };
  response.once('close', () => {
    isClosed = true;
    if (hasEnded) close();
    else setTimeout(close, ABANDONED_AFTER_MS).unref();
  });
  return {
    end() {
      hasEnded = true;
      if (isClosed) close();
    },
    async whileWaiting(work) {
      if (!limit.suspend()) throw overloaded();
      try {
        return await work();
      } finally {
        limit.resume();
      }
    },
  };
}
