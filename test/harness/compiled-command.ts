import path from 'node:path';
import { inject } from 'vitest';

/** The command line that runs the compiled service, as production does. It loads faster than the sources. */
export function compiledCommand(...args: string[]): [string, ...string[]] {
  const main = path.join(inject('compiledFolder'), 'src', 'main.js');
  return [process.execPath, '--enable-source-maps', main, ...args];
}
