import { CountersignError } from '../error.ts';

/** The exit codes that `--help` lists. `agent -- <program>` exits with the program's code instead. */
export const EXIT_CODES = {
  success: 0,
  unexpectedError: 1,
  invalidUsage: 2,
  rejected: 3,
  unavailable: 4,
} as const;

export function exitCodeFor(error: unknown): number {
  if (!(error instanceof CountersignError)) return EXIT_CODES.unexpectedError;
  if (error.code === 'invalid_options') return EXIT_CODES.invalidUsage;
  return error.retryable ? EXIT_CODES.unavailable : EXIT_CODES.rejected;
}

/** Formats an error as one line that begins with its code. An error of another class is a bug in this package. */
export function formatError(error: unknown): string {
  if (!(error instanceof CountersignError)) return `unexpected error: ${(error as Error).message}`;
  const { message, requestId, retryAfterSeconds } = error;
  const details = [
    retryAfterSeconds !== undefined && `retry after ${retryAfterSeconds} s`,
    requestId && `request ${requestId}`,
  ].filter(Boolean);
  return details.length > 0 ? `${message} (${details.join(', ')})` : message;
}
