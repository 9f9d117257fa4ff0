import type { EndpointOptions } from '../../environment.ts';
import { invalidOptions } from '../../error.ts';
import { createCredentialsFetcher } from '../../provider/fetch-credentials.ts';
import { VERSION } from '../../version.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT_CODES, exitCodeFor, formatError } from '../exit-codes.ts';
import { runAgent } from './agent.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { toEnvironmentVariables, toProcessCredentials } from './formats.ts';
import { HELP } from './help.ts';
import { formatExports, formatUnset } from './shell.ts';

/** Shorter than the library's defaults, since a person or an AWS SDK waits for this command. */
const TIMEOUT_SECONDS = 15;
const MAX_RETRIES = 2;

/** Runs the command and returns its exit code. Errors go to standard error, so that output can be piped to a program. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const args = parseArguments(argv);
    if (args === 'help' || args === 'version') {
      io.writeOutput(args === 'help' ? HELP : `${VERSION}\n`);
      return EXIT_CODES.success;
    }
    return await execute(args, io);
  } catch (error) {
    io.writeError(formatError(error));
    return exitCodeFor(error);
  }
}

async function execute(args: Arguments, io: CommandIo): Promise<number> {
  const endpoint = await readEndpointOptions(args, io);
  const fetchCredentials = createCredentialsFetcher(args, {
    ...endpoint,
    timeoutSeconds: TIMEOUT_SECONDS,
    maxRetries: MAX_RETRIES,
  });
  if (args.command === 'agent') return runAgent({ ...args, fetchCredentials }, io);
  const identity = await fetchCredentials();
  if (args.command === 'process') {
    io.writeOutput(`${JSON.stringify(toProcessCredentials(identity))}\n`);
  } else {
    const variables = toEnvironmentVariables(identity);
    io.writeOutput(formatUnset(args.shell, variables) + formatExports(args.shell, variables));
  }
  return EXIT_CODES.success;
}

async function readEndpointOptions(args: Arguments, io: CommandIo): Promise<EndpointOptions> {
  const { url, keyFile, keyFromStdin, allowInsecureHttp } = args;
  if (keyFile !== undefined && keyFromStdin) {
    throw invalidOptions('Pass --key-file or --key-stdin, not both.');
  }
  const key = keyFromStdin ? await io.readInput() : undefined;
  return { url, key, keyFile, allowInsecureHttp };
}
