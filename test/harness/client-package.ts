import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Compiles the client with its own compiler into a folder, as npm would publish it. Writes nothing to the checkout. */
export async function buildClient(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const compiler = path.resolve('client/node_modules/typescript/bin/tsc');
  const dist = path.join(folder, 'dist');
  await run(process.execPath, [compiler, '-p', 'client/tsconfig.build.json', '--outDir', dist]);
  for (const file of ['package.json', 'README.md', 'LICENSE'])
    cpSync(path.join('client', file), path.join(folder, file));
}
