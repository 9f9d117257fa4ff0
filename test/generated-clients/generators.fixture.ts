import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../harness/cache-folder.ts';
import { type FoundTools, findProgram, type RunOptions, reasonOf, type Tool } from '../harness/tools.ts';

const run = promisify(execFile);

export const PYTHON_SOURCES = path.resolve('test/generated-clients/python');
export const GO_SOURCES = path.resolve('test/generated-clients/go');
const REQUIREMENTS = path.join(PYTHON_SOURCES, 'requirements.txt');
const GENERATOR_MODULE = 'github.com/oapi-codegen/oapi-codegen/v2';

/** Generators run in the environment of the user, whose package indexes and proxies they use. GOWORK is of another project. */
export const toolEnv = { ...process.env, GOWORK: 'off' };

const INSTALL_TIMEOUT_MS = 180_000;
const PROBE_PYTHON = `
import ensurepip, sys, venv
assert sys.version_info >= (3, 11), "openapi-python-client needs Python 3.11 or later"
print(sys.version)`;

/** The version of openapi-python-client that requirements.txt installs. */
export function pythonGeneratorVersion(): string {
  return /^openapi-python-client==(\S+)/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1] ?? '';
}

/** The version of oapi-codegen that go.mod selects. */
export function goGeneratorVersion(): string {
  const goMod = readFileSync(path.join(GO_SOURCES, 'go.mod'), 'utf8');
  return new RegExp(`${GENERATOR_MODULE} (v\\S+)`).exec(goMod)?.[1] ?? '';
}

/** Installs openapi-python-client. The tool is the Python of a virtual environment that contains it. */
export function installPythonGenerator(): Promise<FoundTools> {
  const options: RunOptions = { cwd: PYTHON_SOURCES, env: toolEnv };
  return installWith(findProgram('python3', ['-c', PROBE_PYTHON], options), async (python) => {
    const content = [readFileSync(REQUIREMENTS), python.file, python.version];
    const digest = content.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
    const folder = await cacheFolder(
      `countersign-python-generator-${digest.slice(0, 12)}`,
      async (unfinished) => {
        await run(python.file, ['-m', 'venv', unfinished], { ...options, timeout: INSTALL_TIMEOUT_MS });
        const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:'];
        await run(path.join(unfinished, 'bin/python'), [...pip, '-r', REQUIREMENTS], {
          ...options,
          timeout: INSTALL_TIMEOUT_MS,
        });
      },
    );
    const version = `openapi-python-client ${pythonGeneratorVersion()}`;
    return { version, file: path.join(folder, 'bin/python') };
  });
}

/** Installs oapi-codegen into Go's own caches. The tool is the `go` command. */
export function installGoGenerator(): Promise<FoundTools> {
  const options: RunOptions = { cwd: GO_SOURCES, env: toolEnv };
  return installWith(findProgram('go', ['version'], options), async ({ file }) => {
    await run(file, ['tool', 'oapi-codegen', '-version'], { ...options, timeout: INSTALL_TIMEOUT_MS });
    return { version: `oapi-codegen ${goGeneratorVersion()}`, file };
  });
}

/** A generator that cannot be installed, because its registry does not answer for example, is a tool that cannot be used. */
async function installWith(
  language: FoundTools,
  install: (language: Tool) => Promise<Tool>,
): Promise<FoundTools> {
  const [found] = language.usable;
  if (!found) return language;
  try {
    return { usable: [await install(found)], unusable: [] };
  } catch (error) {
    return { usable: [], unusable: [`${found.file} cannot install the generator: ${reasonOf(error)}`] };
  }
}
