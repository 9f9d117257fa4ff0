import { invalidOptions } from '../../error.ts';
import { parseInteger, parseOptions, rejectSecrets } from '../parse-options.ts';
import { SHELLS, type Shell } from './shell.ts';

const COMMANDS = ['process', 'agent', 'env'] as const;
type CommandName = (typeof COMMANDS)[number];

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
  /** For `agent`; 0 for any free port. */
  port: number;
  /** For `agent`: the file for the token, which is then not printed. */
  tokenFile: string | undefined;
  /** For `env` and `agent`: the shell that evaluates the output. */
  shell: Shell;
  /** For `agent`: a program to run with its arguments. */
  program: string[] | undefined;
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
  shell: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const KEY_ALTERNATIVES =
  'Pass it in COUNTERSIGN_KEY, in a file (--key-file, COUNTERSIGN_KEY_FILE) or on standard input (--key-stdin).';

/** @throws CountersignError `invalid_options`. The message never contains an argument that may be a secret. */
export function parseArguments(argv: readonly string[]): Arguments | 'help' | 'version' {
  const separator = argv.indexOf('--');
  const ownArguments = separator < 0 ? [...argv] : argv.slice(0, separator);
  const program = separator < 0 ? undefined : argv.slice(separator + 1);
  rejectSecrets(ownArguments, KEY_ALTERNATIVES);
  const { values, positionals } = parseOptions(ownArguments, OPTIONS);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const command = parseCommand(positionals);
  const agentOnly = values.port ?? values['token-file'] ?? program;
  if (agentOnly !== undefined && command !== 'agent') {
    throw invalidOptions('--port, --token-file and a program after -- can only be used with agent.');
  }
  if (values.shell !== undefined && (command === 'process' || program !== undefined)) {
    throw invalidOptions('--shell can only be used with env, and with agent without a program.');
  }
  if (program?.length === 0) throw invalidOptions('There is no program after --.');
  return {
    command,
    tenantId: requireOption(values.tenant, '--tenant'),
    connectionId: requireOption(values.connection, '--connection'),
    profile: values.profile,
    durationSeconds: parseInteger(values['duration-seconds'], '--duration-seconds', 900, 3600),
    url: values.url,
    keyFile: values['key-file'],
    keyFromStdin: values['key-stdin'] ?? false,
    allowInsecureHttp: values['allow-insecure-http'] ?? false,
    port: parseInteger(values.port, '--port', 0, 65_535) ?? 0,
    tokenFile: values['token-file'],
    shell: parseShell(values.shell),
    program,
  };
}

function parseCommand([name, ...others]: string[]): CommandName {
  const command = COMMANDS.find((candidate) => candidate === name);
  if (command === undefined || others.length > 0) {
    throw invalidOptions(`Pass exactly one command: ${COMMANDS.join(', ')}. See --help.`);
  }
  return command;
}

function parseShell(name = 'posix'): Shell {
  const shell = SHELLS.find((candidate) => candidate === name);
  if (shell === undefined) throw invalidOptions(`--shell must be one of ${SHELLS.join(', ')}.`);
  return shell;
}

function requireOption(value: string | undefined, option: string): string {
  if (!value) throw invalidOptions(`${option} is missing.`);
  return value;
}
