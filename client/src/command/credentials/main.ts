#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { TERMINATION_SIGNALS } from './command-io.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { run } from './run.ts';

/** The exit code that shells report for SIGPIPE: 128 plus the number of the signal. */
const BROKEN_PIPE = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : EXIT_CODES.unexpectedError),
);
// An agent must keep serving credentials after the reader of its error messages has gone.
process.stderr.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  writeOutput: (output) => void process.stdout.write(output),
  writeError: (line) => void process.stderr.write(`countersign-credentials: ${line}\n`),
  readInput: () => text(process.stdin),
  waitForTermination: () =>
    new Promise((resolve) => {
      for (const signal of TERMINATION_SIGNALS) process.once(signal, () => resolve());
    }),
});
