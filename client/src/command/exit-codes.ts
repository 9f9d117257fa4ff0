import { CountersignError } from '../error.ts';

/** What the command ends with; `--help` says the same. With `agent -- command` it is the command's own. */
export const EXIT = { done: 0, fault: 1, usage: 2, refused: 3, unavailable: 4 } as const;

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CountersignError)) return EXIT.fault;
  if (error.code === 'invalid_options') return EXIT.usage;
  return error.passing ? EXIT.unavailable : EXIT.refused;
}

/** One line for people, with the code for programs; what is no CountersignError is a fault of ours. */
export function messageOf(error: unknown): string {
  if (!(error instanceof CountersignError)) return `unexpected: ${(error as Error).message}`;
  const { message, requestId, retryAfterSeconds: seconds } = error;
  const more = [seconds !== undefined && `again after ${seconds} s`, requestId && `request ${requestId}`];
  const known = more.filter(Boolean).join(', ');
  return known ? `${message} (${known})` : message;
}
