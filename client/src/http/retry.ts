import { setTimeout as delay } from 'node:timers/promises';
import { CountersignError, type ErrorCode } from '../error.ts';

const BASE_DELAY_SECONDS = 0.2;
const MAX_DELAY_SECONDS = 5;
/** After a longer `Retry-After` the caller gets the error at once, instead of a request that seems to hang. */
const MAX_RETRY_AFTER_SECONDS = 30;

interface RetryPolicy {
  maxRetries: number;
  signal?: AbortSignal | undefined;
  /** Returns a number from 0 (inclusive) to 1 (exclusive). Default: `Math.random`. */
  random?: () => number;
}

/** Runs `attempt` again after an error that permits it, at most `maxRetries` times. Then the last error is thrown. */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      const delaySeconds =
        retries < policy.maxRetries ? retryDelaySeconds(error, retries, policy.random) : undefined;
      if (delaySeconds === undefined) throw error;
      await wait(delaySeconds, policy.signal);
    }
  }
}

/**
 * The delay before the next attempt; undefined if there must not be one. The delay is random up to a bound that doubles
 * with each retry ("full jitter"), so that clients that failed together do not retry together. `Retry-After` adds to it.
 */
export function retryDelaySeconds(error: unknown, retries: number, random = Math.random): number | undefined {
  if (!(error instanceof CountersignError) || !isRetriedAutomatically(error)) return undefined;
  const jitterSeconds = random() * Math.min(MAX_DELAY_SECONDS, BASE_DELAY_SECONDS * 2 ** retries);
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds === undefined) return jitterSeconds;
  return retryAfterSeconds > MAX_RETRY_AFTER_SECONDS ? undefined : retryAfterSeconds + jitterSeconds;
}

const RETRIED_CODES: ReadonlySet<ErrorCode> = new Set(['network_error', 'timeout', 'key_file_unavailable']);

/** Stricter than `retryable`: after a 500 the same request most likely fails again, so the caller decides. */
function isRetriedAutomatically({ code, status }: CountersignError): boolean {
  return RETRIED_CODES.has(code) || [429, 502, 503, 504].includes(status ?? 0);
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
