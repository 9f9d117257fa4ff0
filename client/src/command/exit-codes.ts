import { CountersignError, type ErrorCode } from '../error.ts';

/** The exit codes that the commands' help lists. `agent -- <program>` exits with the program's code instead. */
export const EXIT_CODES = {
  success: 0,
  unexpectedError: 1,
  invalidUsage: 2,
  rejected: 3,
  unavailable: 4,
  /** A verification, or a row of an import, has failed. */
  failed: 5,
} as const;

/** The retries of a missing key file have ended, so its path is most likely wrong. */
const INVALID_USAGE: ReadonlySet<ErrorCode> = new Set(['invalid_options', 'key_file_unavailable']);

export function exitCodeFor(error: unknown): number {
  if (!(error instanceof CountersignError)) return EXIT_CODES.unexpectedError;
  if (INVALID_USAGE.has(error.code)) return EXIT_CODES.invalidUsage;
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
