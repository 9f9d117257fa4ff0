import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { OTHER_CREDENTIALS } from './shell.ts';
import { SIGNALS, type Terminal } from './terminal.ts';

/** What the program must not hold, as far as it is a secret of the vendor's. */
const WITHHELD = ['COUNTERSIGN_KEY', 'COUNTERSIGN_KEY_FILE'];

/** Runs a program with these variables and none that lead to other credentials; its exit code, as a shell has it. */
export function runProgram(
  [program = '', ...args]: string[],
  variables: Record<string, string>,
  terminal: Terminal,
): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...terminal.env };
  for (const name of [...OTHER_CREDENTIALS, ...WITHHELD]) delete env[name];
  const child = spawn(program, args, { stdio: 'inherit', env: { ...env, ...variables } });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      terminal.error(`${program} cannot be run (${error.code})`);
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]));
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, forward);
  });
}
