import { Problem } from '../http/problem.ts';
import { StsError, type StsFailure } from './sts.ts';

/** How a call to STS that gave neither a yes nor a no is told to a caller: in our words, never in STS's. */
export function stsProblem(failure: StsFailure, cause: unknown): Problem {
  if (cause instanceof StsError && cause.retryAfterSeconds !== null) {
    return overBudget(cause.retryAfterSeconds, cause);
  }
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

/** Our own budget refused the call before it left. */
export function overBudget(retryAfterSeconds: number, cause?: unknown): Problem {
  return new Problem(
    'aws_throttled',
    'The budget of calls to AWS is used up for the moment. Try again after the time in Retry-After.',
    { cause, retryAfterSeconds },
  );
}
