import { Problem } from '../http/problem.ts';
import { StsError, type StsFailure } from './sts.ts';

/** Converts a throttled or failed call to STS into an error response. It never contains text from STS. */
export function toStsProblem(failure: StsFailure, cause: unknown): Problem {
  if (cause instanceof StsError && cause.retryAfterSeconds !== null) {
    return budgetExceededProblem(cause.retryAfterSeconds, cause);
  }
  return failure === 'throttled'
    ? new Problem(
        'aws_throttled',
        'AWS is throttling requests from this service. Try again after the time in Retry-After.',
        { cause, retryAfterSeconds: 5 },
      )
    : new Problem('aws_unavailable', 'AWS STS did not return a usable response in time. Try again shortly.', {
        cause,
        retryAfterSeconds: 3,
      });
}

/** The error response for a call that the service's own budget rejected before it was sent. */
export function budgetExceededProblem(retryAfterSeconds: number, cause?: unknown): Problem {
  return new Problem(
    'aws_throttled',
    'The budget for calls to AWS is exhausted. Try again after the time in Retry-After.',
    { cause, retryAfterSeconds },
  );
}
