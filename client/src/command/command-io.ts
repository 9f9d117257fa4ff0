import type { Environment } from '../environment.ts';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What the command has to do with the process around it. */
export interface Terminal {
  env: Environment;
  print(text: string): void;
  error(line: string): void;
  /** The whole of standard input. */
  readInput(): Promise<string>;
  /** Resolves when the process is told to end; until it is asked for, signals end the process as they always do. */
  untilEnded(): Promise<void>;
}
