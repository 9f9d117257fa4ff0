#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { run } from './run.ts';
import { SIGNALS } from './terminal.ts';

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
