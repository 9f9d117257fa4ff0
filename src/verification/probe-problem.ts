import { brokerFailingProblem, toStsProblem } from '../aws/sts-problem.ts';
import type { ProbeFailure } from '../connections/verification.ts';
import type { Problem } from '../http/problem.ts';

/** The error response when probes got no clear answer and a decision depends on them. */
export function toProbeProblem(failure: ProbeFailure, cause: unknown): Problem {
  switch (failure) {
    case 'broker_failing':
      return brokerFailingProblem(cause);
    case 'clock_wrong':
    case 'region_disabled':
      return toStsProblem(failure, cause);
    case 'throttled':
    case 'budget_exhausted':
      return toStsProblem('throttled', cause);
    case 'unavailable':
      return toStsProblem('unavailable', cause);
  }
}
