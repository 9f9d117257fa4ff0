import { Problem } from '../http/problem.ts';
import type { StsFailure } from './sts.ts';

/** How a call to STS that gave neither a yes nor a no is told to a caller: in our words, never in STS's. */
export function stsProblem(failure: Exclude<StsFailure, 'denied'>, cause: unknown): Problem {
  return failure === 'throttled'
    ? new Problem(
        'aws_throttled',
        'AWS is throttling our requests. Try again after the time in Retry-After.',
        {
          cause,
          retryAfterSeconds: 5,
        },
      )
    : new Problem('aws_unavailable', 'AWS STS did not give a usable answer in time. Try again shortly.', {
        cause,
        retryAfterSeconds: 3,
      });
}
