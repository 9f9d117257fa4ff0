import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommandIo, TERMINATION_SIGNALS } from './command-io.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** The exit code that shells report for SIGPIPE: 128 plus the number of the signal. */
const BROKEN_PIPE = 141;

/** Runs a command with the arguments, streams and signals of this process, and sets the exit code of the process. */
export async function runAsProcess(
  name: string,
  run: (argv: readonly string[], io: CommandIo) => Promise<number>,
): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : EXIT_CODES.unexpectedError),
  );
  // An agent must keep serving credentials after the reader of its error messages has gone.
  process.stderr.on('error', () => undefined);
  process.exitCode = await run(process.argv.slice(2), createProcessIo(name));
}

function createProcessIo(name: string): CommandIo {
  const { stdout, stderr } = process;
  return {
    env: process.env,
    get terminal() {
      // `hasColors` honours NO_COLOR and TERM=dumb.
      return stdout.isTTY ? { columns: stdout.columns || 80, hasColors: stdout.hasColors() } : null;
    },
    writeOutput: (output) => void stdout.write(output),
    writeError: (line) => void stderr.write(`${name}: ${line}\n`),
    readInput: () => text(process.stdin),
    now: () => new Date(),
    pause: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
    waitForTermination: () =>
      new Promise((resolve) => {
        for (const signal of TERMINATION_SIGNALS) process.once(signal, () => resolve());
      }),
  };
}
