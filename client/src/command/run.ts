import { type Access, invalid } from '../environment.ts';
import { drawer } from '../provider/identity.ts';
import { VERSION } from '../version.ts';
import { agent } from './agent.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { EXIT, exitCodeOf, messageOf } from './exit-codes.ts';
import { environmentCredentials, processCredentials } from './formats.ts';
import { HELP } from './help.ts';
import { exportLines, unsetLine } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** Shorter than for a program that can wait: somebody, or an SDK, sits before it. */
const TIMEOUT_SECONDS = 15;
const MAX_RETRIES = 2;

/** The command; its exit code. Credentials go to standard output, everything else to standard error. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args === 'help' || args === 'version') {
      terminal.print(args === 'help' ? HELP : `${VERSION}\n`);
      return EXIT.done;
    }
    return await execute(args, terminal);
  } catch (error) {
    terminal.error(messageOf(error));
    return exitCodeOf(error);
  }
}

async function execute(args: Arguments, terminal: Terminal): Promise<number> {
  const access = await accessOf(args, terminal);
  const draw = drawer(args, { ...access, timeoutSeconds: TIMEOUT_SECONDS, maxRetries: MAX_RETRIES });
  if (args.command === 'agent') return agent({ ...args, draw }, terminal);
  const identity = await draw();
  if (args.command === 'process') {
    terminal.print(`${JSON.stringify(processCredentials(identity))}\n`);
  } else {
    const variables = environmentCredentials(identity);
    terminal.print(unsetLine(variables) + exportLines(variables));
  }
  return EXIT.done;
}

async function accessOf(args: Arguments, terminal: Terminal): Promise<Access> {
  const { url, keyFile, keyFromStdin, allowInsecureHttp } = args;
  if (keyFile !== undefined && keyFromStdin) throw invalid('Take one of --key-file and --key-stdin.');
  const key = keyFromStdin ? await terminal.readInput() : undefined;
  return { url, key, keyFile, allowInsecureHttp };
}
