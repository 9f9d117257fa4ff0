#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { EXIT } from './exit-codes.ts';
import { run } from './run.ts';
import { SIGNALS } from './terminal.ts';

// Whoever read the output is gone (`| head`), which a shell calls 141: 128 and SIGPIPE.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 141 : EXIT.fault),
);
// An agent goes on serving though nobody hears of its faults any more.
process.stderr.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  print: (output) => void process.stdout.write(output),
  error: (line) => void process.stderr.write(`countersign-credentials: ${line}\n`),
  readInput: () => text(process.stdin),
  untilEnded: () =>
    new Promise((resolve) => {
      for (const signal of SIGNALS) process.once(signal, () => resolve());
    }),
});
