import type { Environment } from '../environment.ts';

export const TERMINATION_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command's environment, input, output and signals. */
export interface CommandIo {
  env: Environment;
  /** Writes to standard output, which receives only credentials and requested information. */
  writeOutput(text: string): void;
  /** Writes one line to standard error. */
  writeError(line: string): void;
  /** Reads standard input to its end. */
  readInput(): Promise<string>;
  /** Resolves at the next termination signal. Before the first call, such signals end the process as usual. */
  waitForTermination(): Promise<void>;
}
