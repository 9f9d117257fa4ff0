import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';
import type { RunOptions, Tool } from './tools.ts';

/**
 * Returns the options with a PATH on which `aws` is this CLI. With an endpoint, it sends every call there: a CLI from before
 * July 2023, such as Debian's, does not know the variables `AWS_ENDPOINT_URL…`.
 */
export function withAwsCli(options: RunOptions, cli: Tool, endpoint?: string): RunOptions {
  const folder = temporaryFolder('aws-cli');
  const file = path.join(folder, 'aws');
  const option = endpoint === undefined ? '' : `--endpoint-url '${endpoint}' `;
  writeFileSync(file, `#!/bin/sh\nexec '${cli.file}' ${option}"$@"\n`);
  chmodSync(file, 0o755);
  return { ...options, env: { ...options.env, PATH: `${folder}:${options.env.PATH}` } };
}
