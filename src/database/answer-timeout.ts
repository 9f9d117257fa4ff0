/** The server did not answer in time. The connection is closed: nobody knows what comes on it, or when. */
export class AnswerTimeoutError extends Error {
  readonly code = 'ETIMEDOUT';
  // Prisma's adapter recognizes an error of a socket by these.
  readonly errno = -110;
  readonly syscall = 'read';

  constructor(timeoutMs: number) {
    super(`the database did not answer within ${timeoutMs / 1000} seconds`);
  }
}

/** Returns an error that says what timed out in place of the driver's, which does not; others as they are. */
export function explainTimeout(error: unknown, timeoutMs: number): unknown {
  const isTimeout = error instanceof Error && /^(timeout expired|Query read timeout)$/.test(error.message);
  return isTimeout ? new AnswerTimeoutError(timeoutMs) : error;
}
