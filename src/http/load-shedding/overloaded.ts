import { Problem } from '../problem.ts';

/** Clients that were rejected together must not all return together. */
const MAX_RETRY_AFTER_SECONDS = 3;

export function overloaded(): Problem {
  return new Problem(
    'overloaded',
    'The service has more requests than it can handle. Nothing was done. Try again after the time in Retry-After.',
    { retryAfterSeconds: 1 + Math.floor(Math.random() * MAX_RETRY_AFTER_SECONDS) },
  );
}
