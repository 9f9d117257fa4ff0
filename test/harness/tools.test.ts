import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';
import { findAwsClis, findPythons, type RunOptions } from './tools.ts';

const NO_BOTO3 = "ModuleNotFoundError: No module named 'boto3'";
const folder = temporaryFolder('tools');

afterEach(() => vi.unstubAllEnvs());

function writeProgram(file: string, script: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Stands for a Python: it prints its own path as `sys.executable`, and imports boto3 if it has it. */
function writePython(name: string, version: string | null): string {
  const file = path.join(folder, name, 'bin/python3');
  const boto3 = version ? `echo ${version}` : `echo "${NO_BOTO3}" >&2; exit 1`;
  return writeProgram(file, `case "$2" in *sys.executable*) echo '${file}' ;; *) ${boto3} ;; esac`);
}

/** Stands for a version manager's shim: it starts one program in the user's own HOME, and does something else elsewhere. */
function writeShim(name: 'python3' | 'aws', atHome: string, elsewhere: string): void {
  const shim = path.join(folder, 'shims', name);
  writeProgram(shim, `[ "$HOME" = '${folder}' ] && exec '${atHome}' "$@"\n${elsewhere}`);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('PATH', `${path.dirname(shim)}:/usr/bin:/bin`);
}

const otherHome: RunOptions = { cwd: folder, env: { HOME: '/nowhere', PATH: '/usr/bin:/bin' } };

/** What was found besides the machine's own programs in /usr/bin. */
function withoutDebian<T extends { usable: { file: string }[]; unusable: string[] }>(found: T) {
  return {
    usable: found.usable.filter(({ file }) => !file.startsWith('/usr/')),
    unusable: found.unusable.filter((reason) => reason.startsWith(folder)),
  };
}

test.each([
  ['starts another Python', `exec '${path.join(folder, 'without-boto3/bin/python3')}' "$@"`],
  ['fails', 'echo "No version is set" >&2; exit 126'],
])('finds the Python behind a shim that %s when HOME differs', (_, elsewhere) => {
  writePython('without-boto3', null);
  const file = writePython('with-boto3', 'botocore/9.9.9');
  writeShim('python3', file, elsewhere);
  expect(withoutDebian(findPythons(otherHome))).toEqual({
    usable: [{ version: 'botocore/9.9.9', file }],
    unusable: [],
  });
});

test('reports a Python that has no boto3 in the environment in which it would run', () => {
  const file = path.join(folder, 'user-site/bin/python3');
  const imports = `[ "$HOME" = '${folder}' ] && echo botocore/9.9.9 && exit; echo "${NO_BOTO3}" >&2; exit 1`;
  writeProgram(file, `case "$2" in *sys.executable*) echo '${file}' ;; *) ${imports} ;; esac`);
  writeShim('python3', file, 'exit 126');
  expect(withoutDebian(findPythons(otherHome))).toEqual({
    usable: [],
    unusable: [`${path.join(folder, 'shims/python3')}: ${NO_BOTO3}`],
  });
});

test('finds the AWS CLI that the version manager names for its shim', () => {
  const file = writeProgram(path.join(folder, 'manager/bin/aws'), 'echo aws-cli/9.9.9 Python/3.0.0');
  writeShim('aws', file, 'exit 126');
  writeProgram(path.join(folder, 'shims/pyenv'), `[ "$1 $2" = 'which aws' ] && echo '${file}'`);
  expect(withoutDebian(findAwsClis(otherHome)).usable).toEqual([{ version: 'aws-cli/9.9.9', file }]);
});

test('reports an AWS CLI whose shim fails when HOME differs', () => {
  writeProgram(path.join(folder, 'shims/pyenv'), 'exit 1');
  const file = writeProgram(path.join(folder, 'manager/bin/aws'), 'echo aws-cli/9.9.9 Python/3.0.0');
  writeShim('aws', file, 'echo "No version is set for aws" >&2; exit 126');
  expect(withoutDebian(findAwsClis(otherHome))).toEqual({
    usable: [],
    unusable: [`${path.join(folder, 'shims/aws')}: No version is set for aws`],
  });
});
