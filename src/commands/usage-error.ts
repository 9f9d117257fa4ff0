/** The command line arguments are invalid. The message says why; the exit code is 2. */
export class UsageError extends Error {}
