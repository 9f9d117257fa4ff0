import type { Environment } from '../environment.ts';

export const TERMINATION_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The terminal that shows the output. */
export interface Terminal {
  columns: number;
  hasColors: boolean;
}

/** The command's environment, input, output, clock and signals. */
export interface CommandIo {
  env: Environment;
  /** null: the output goes to a file or to another program. */
  terminal: Terminal | null;
  /** Writes to standard output, which receives only credentials and requested information. */
  writeOutput(text: string): void;
  /** Writes one line to standard error. */
  writeError(line: string): void;
  /** Reads standard input to its end. */
  readInput(): Promise<string>;
  now(): Date;
  /** Resolves after the time, or rejects when the signal aborts. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Resolves at the next termination signal. Before the first call, such signals end the process as usual. */
  waitForTermination(): Promise<void>;
}
