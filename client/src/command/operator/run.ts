import { createClient } from '../../client.ts';
import { VERSION } from '../../version.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT_CODES, exitCodeFor, formatError } from '../exit-codes.ts';
import type { Result } from './command.ts';
import { parseCommand } from './parse-command.ts';
import { toAsciiJson, toPrintable } from './view/text.ts';

/** Runs the command and returns its exit code. Errors and notes go to standard error, so that output can be piped. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const parsed = parseCommand(argv);
    if (parsed === 'version') {
      io.writeOutput(`${VERSION}\n`);
      return EXIT_CODES.success;
    }
    if ('help' in parsed) return printHelp(parsed, io);
    const { command, json, allowInsecureHttp, ...input } = parsed;
    const clientOptions = { allowInsecureHttp };
    const client = createClient(clientOptions);
    return printResult(await command.run({ ...input, json, client, clientOptions, io }), json, io);
  } catch (error) {
    io.writeError(toPrintable(formatError(error)));
    return exitCodeFor(error);
  }
}

/** A command without its arguments is a mistake, although the help is the best answer to it. */
function printHelp({ help, isRequested }: { help: string; isRequested: boolean }, io: CommandIo): number {
  if (isRequested) io.writeOutput(help);
  else io.writeError(`which command?\n\n${help.trimEnd()}`);
  return isRequested ? EXIT_CODES.success : EXIT_CODES.invalidUsage;
}

function printResult({ document, text, notes = [], exitCode }: Result, json: boolean, io: CommandIo): number {
  if (document !== undefined) {
    const { terminal } = io;
    io.writeOutput(json ? `${toAsciiJson(document, 2)}\n` : text({ terminal, now: io.now() }));
  }
  for (const note of notes) io.writeError(toPrintable(note));
  return exitCode ?? EXIT_CODES.success;
}
