import { parseArgs } from 'node:util';
import { invalid } from '../environment.ts';

export const COMMANDS = ['process', 'agent', 'env'] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface Arguments {
  command: CommandName;
  tenantId: string;
  connectionId: string;
  profile: string | undefined;
  durationSeconds: number | undefined;
  url: string | undefined;
  keyFile: string | undefined;
  keyFromStdin: boolean;
  allowInsecureHttp: boolean;
  /** `agent`: 0 takes any that is free. */
  port: number;
  /** `agent`: where to put the token instead of printing it. */
  tokenFile: string | undefined;
  /** `agent`: a program to run with the environment set. */
  run: string[] | undefined;
}

const OPTIONS = {
  tenant: { type: 'string' },
  connection: { type: 'string' },
  profile: { type: 'string' },
  'duration-seconds': { type: 'string' },
  url: { type: 'string' },
  'key-file': { type: 'string' },
  'key-stdin': { type: 'boolean' },
  'allow-insecure-http': { type: 'boolean' },
  port: { type: 'string' },
  'token-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** @throws CountersignError `invalid_options` that says what is wrong, and never repeats what may be a secret */
export function readArguments(argv: readonly string[]): Arguments | 'help' | 'version' {
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  refuseSecrets(own);
  const { values, positionals } = parse([...own]);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [command, ...rest] = positionals;
  if (!isCommand(command) || rest.length > 0) {
    throw invalid(`Say one of ${COMMANDS.join(', ')}, and no other word. --help tells more.`);
  }
  const run = end < 0 ? undefined : argv.slice(end + 1);
  const agentOnly = values.port ?? values['token-file'] ?? run;
  if (agentOnly !== undefined && command !== 'agent') {
    throw invalid('--port, --token-file and a program after -- belong to agent.');
  }
  if (run?.length === 0) throw invalid('There is no program after --.');
  return {
    command,
    tenantId: required(values.tenant, '--tenant'),
    connectionId: required(values.connection, '--connection'),
    profile: values.profile,
    durationSeconds: wholeNumber(values['duration-seconds'], '--duration-seconds', 900, 3600),
    url: values.url,
    keyFile: values['key-file'],
    keyFromStdin: values['key-stdin'] ?? false,
    allowInsecureHttp: values['allow-insecure-http'] ?? false,
    port: wholeNumber(values.port, '--port', 0, 65_535) ?? 0,
    tokenFile: values['token-file'],
    run,
  };
}

/** Process lists and shell histories show arguments to everybody on the machine. */
function refuseSecrets(args: readonly string[]): void {
  const instead =
    'Give it in COUNTERSIGN_KEY, in a file (--key-file, COUNTERSIGN_KEY_FILE) or on standard input (--key-stdin).';
  if (args.some((argument) => /csk_|\beyJ[\w-]{10,}\./i.test(argument))) {
    throw invalid(
      `An argument looks like a key. Other users and the shell's history can see it: revoke that key. ${instead}`,
    );
  }
  if (args.some((argument) => /^--(api-?)?(key|token|secret|password)(=|$)/i.test(argument))) {
    throw invalid(`A key is never an argument. ${instead}`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const [line = ''] = (error as Error).message.split(/\n|(?<=\.) To specify a positional/);
    throw invalid(line);
  }
}

function isCommand(word: string | undefined): word is CommandName {
  return COMMANDS.some((command) => command === word);
}

function required(value: string | undefined, option: string): string {
  if (!value) throw invalid(`${option} is missing.`);
  return value;
}

function wholeNumber(
  text: string | undefined,
  option: string,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw invalid(`${option} must be a whole number from ${least} to ${most}.`);
  }
  return number;
}
