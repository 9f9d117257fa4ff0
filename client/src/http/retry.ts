import { setTimeout as delay } from 'node:timers/promises';
import { CountersignError } from '../error.ts';

const FIRST_WAIT_SECONDS = 0.2;
const LONGEST_WAIT_SECONDS = 5;
/** Whoever is told to come back later than this is told so instead of being kept waiting. */
const LONGEST_RETRY_AFTER_SECONDS = 30;

export interface RetryPolicy {
  maxRetries: number;
  signal?: AbortSignal | undefined;
  /** 0 up to 1. */
  random?: () => number;
}

/** Tries again after what may be tried again, until `maxRetries` is used up; then the last error is thrown. */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      const seconds = retries < policy.maxRetries ? waitSeconds(error, retries, policy.random) : undefined;
      if (seconds === undefined) throw error;
      await wait(seconds, policy.signal);
    }
  }
}

/**
 * How long to wait before the next attempt; undefined when there is to be none. Without `Retry-After` anything between
 * nothing and a bound that doubles ("full jitter"), so that clients which failed together do not come back together.
 */
export function waitSeconds(error: unknown, retries: number, random = Math.random): number | undefined {
  if (!(error instanceof CountersignError) || !mayRepeat(error)) return undefined;
  const jitter = random() * Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** retries);
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds === undefined) return jitter;
  return retryAfterSeconds > LONGEST_RETRY_AFTER_SECONDS ? undefined : retryAfterSeconds + jitter;
}

/** 500 is not among them: it tells of a fault that the same request meets again. */
function mayRepeat({ code, status }: CountersignError): boolean {
  return code === 'network_error' || code === 'timeout' || [429, 502, 503, 504].includes(status ?? 0);
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
