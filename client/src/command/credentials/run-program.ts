import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type CommandIo, TERMINATION_SIGNALS } from '../command-io.ts';
import { CREDENTIAL_VARIABLES } from './shell.ts';

/** Variables that lead to the worker key, which the program must not have. */
const KEY_VARIABLES = ['COUNTERSIGN_KEY', 'COUNTERSIGN_KEY_FILE'];

/**
 * Runs a program with the given variables, and without any that lead to other AWS credentials or to the worker key.
 * Returns its exit code as a shell does: 127 if it was not found, 126 if it cannot be run, 128 + n after signal n.
 */
export function runProgram(
  [program = '', ...args]: string[],
  variables: Record<string, string>,
  io: CommandIo,
): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...io.env };
  for (const name of [...CREDENTIAL_VARIABLES, ...KEY_VARIABLES]) delete env[name];
  const child = spawn(program, args, { stdio: 'inherit', env: { ...env, ...variables } });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of TERMINATION_SIGNALS) process.on(signal, forward);
  return new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      io.writeError(`${program} cannot be run (${error.code})`);
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) =>
      resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]),
    );
  }).finally(() => {
    for (const signal of TERMINATION_SIGNALS) process.off(signal, forward);
  });
}
