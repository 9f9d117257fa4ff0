import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface AwsCli {
  /** As it calls itself, such as `aws-cli/2.9.19`. */
  version: string;
  file: string;
}

/** The AWS CLIs of this machine: Debian's and the one on the PATH, where they are two. */
export function awsClis(): AwsCli[] {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'aws'));
  const found = ['/usr/bin/aws', ...onPath].filter((file) => existsSync(file));
  const clis = new Map<string, AwsCli>();
  for (const file of found.map((one) => realpathSync(one)).slice(0, 2)) {
    // A version manager leaves a file that only says where its program would be.
    const said = spoken(file);
    if (said) clis.set(said, { version: said, file });
  }
  return [...clis.values()];
}

function spoken(file: string): string | null {
  try {
    return (
      /^aws-cli\/\S+/.exec(execFileSync(file, ['--version'], { encoding: 'utf8', stdio: 'pipe' }))?.[0] ??
      null
    );
  } catch {
    return null;
  }
}

/**
 * A folder for the front of the PATH whose `aws` calls this CLI with an endpoint: one from before July 2023, such as
 * Debian's, knows no `AWS_ENDPOINT_URL…` variable. It is gone after the test.
 */
export function awsInFront(cli: AwsCli, endpoint: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-aws-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'aws');
  writeFileSync(file, `#!/bin/sh\nexec '${cli.file}' --endpoint-url '${endpoint}' "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}
