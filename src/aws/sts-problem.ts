import { Problem } from '../http/problem.ts';
import { StsError, type StsFailure } from './sts.ts';

/** The codes of operations that wait for STS. */
export const STS_PROBLEMS = ['broker_failing', 'aws_throttled', 'aws_unavailable'] as const;

/** Converts a throttled or failed call to STS into an error response. It never contains text from STS. */
export function toStsProblem(failure: StsFailure, cause: unknown): Problem {
  if (cause instanceof StsError && cause.retryAfterSeconds !== null) {
    return budgetExceededProblem(cause.retryAfterSeconds, cause);
  }
  if (failure === 'no_credentials') return brokerFailingProblem(cause);
  if (failure === 'clock_wrong') {
    return new Problem(
      'aws_unavailable',
      'AWS rejected the request because the clock of this service is wrong. The vendor must correct it; nothing is wrong with this connection.',
      // The next call is signed by AWS's clock, which this response has shown.
      { cause, retryAfterSeconds: 1 },
    );
  }
  if (failure === 'region_disabled') {
    return new Problem(
      'aws_unavailable',
      "The account of the role has not enabled the AWS Region whose STS this service calls, so it cannot be assumed. Either the account's administrator enables STS in that Region, or the vendor calls another one.",
      { cause, retryAfterSeconds: 300 },
    );
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

/** The error response while the broker itself is denied or has no credentials: nothing is wrong with the tenant's role. */
export function brokerFailingProblem(cause?: unknown): Problem {
  return new Problem(
    'broker_failing',
    "The vendor's own AWS identity does not work at the moment, so no role can be assumed. Nothing is wrong with this connection. Try again after the time in Retry-After.",
    { cause, retryAfterSeconds: 10 },
  );
}

/** The error response for a call that the service's own budget rejected before it was sent. */
export function budgetExceededProblem(retryAfterSeconds: number, cause?: unknown): Problem {
  return new Problem(
    'aws_throttled',
    'The budget for calls to AWS is exhausted. Try again after the time in Retry-After.',
    { cause, retryAfterSeconds },
  );
}
