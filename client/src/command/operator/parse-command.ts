import { invalidOptions } from '../../error.ts';
import { parseOptions, rejectSecrets } from '../parse-options.ts';
import { suggest } from '../suggest.ts';
import type { Command, Context } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { formatCommandHelp, formatHelp } from './help.ts';

type Parsed =
  | 'version'
  | { help: string; isRequested: boolean }
  | ({ command: Command; allowInsecureHttp: boolean } & Pick<Context, 'arguments' | 'options' | 'json'>);

const KEY_ALTERNATIVES = 'Pass it in COUNTERSIGN_KEY, or in a file that COUNTERSIGN_KEY_FILE names.';

const COMMON_OPTIONS = {
  json: { type: 'boolean' },
  'allow-insecure-http': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws CountersignError `invalid_options`. The message never contains an argument that may be a key. */
export function parseCommand(argv: readonly string[]): Parsed {
  rejectSecrets(argv, KEY_ALTERNATIVES);
  if (argv[0] === '--version') return 'version';
  const args = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const command = findCommand(args);
  if (command === undefined) return parseGroup(args);
  const { values, positionals } = parseOptions(args.slice(command.name.split(' ').length), {
    ...COMMON_OPTIONS,
    ...Object.fromEntries(
      Object.entries(command.options ?? {}).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  if (values.help) return { help: formatCommandHelp(command), isRequested: true };
  const { json = false, 'allow-insecure-http': allowInsecureHttp = false, help: _, ...own } = values;
  const options = Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, value === true ? '' : String(value)]),
  );
  const missing = Object.entries(options).find(
    ([name, value]) => command.options?.[name]?.value !== undefined && value === '',
  );
  if (missing) throw invalidOptions(`--${missing[0]} has an empty value.`);
  return {
    command,
    json: json === true,
    allowInsecureHttp: allowInsecureHttp === true,
    arguments: checkArguments(command, positionals),
    options,
  };
}

function findCommand(args: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, index) => word === args[index]));
}

/** The arguments name no command: they ask for help, name a group of commands, or are mistyped. */
function parseGroup(args: readonly string[]): Parsed {
  const isRequested = args.some((argument) => argument === '--help' || argument === '-h');
  const [group, name] = args.filter((argument) => !/^(--help|-h)$/.test(argument));
  if (group === undefined) return { help: formatHelp(COMMANDS), isRequested };
  if (group.startsWith('-')) throw invalidOptions(`Pass a command before ${group}. See countersign --help.`);
  const groups = [...new Set(COMMANDS.map((command) => command.name.split(' ')[0] ?? ''))];
  if (!groups.includes(group)) throw unknownCommand(group, groups, '');
  const members = COMMANDS.filter((command) => command.name.startsWith(`${group} `));
  if (name === undefined) return { help: formatHelp(members, group), isRequested };
  throw unknownCommand(
    name,
    members.map((command) => command.name.slice(group.length + 1)),
    `${group} `,
  );
}

function unknownCommand(name: string, candidates: readonly string[], prefix: string) {
  const suggestion = suggest(name, candidates);
  const hint =
    suggestion === undefined ? `See countersign ${prefix}--help.` : `Did you mean "${prefix}${suggestion}"?`;
  return invalidOptions(`There is no command "${prefix}${name}". ${hint}`);
}

function checkArguments({ name, arguments: expected = [] }: Command, passed: string[]): string[] {
  const missing = expected[passed.length];
  if (missing !== undefined) throw invalidOptions(`${missing} is missing. See countersign ${name} --help.`);
  const extra = passed[expected.length];
  if (extra !== undefined) {
    throw invalidOptions(
      `"${extra}" is one argument too many: quote a text with spaces. See countersign ${name} --help.`,
    );
  }
  const empty = passed.indexOf('');
  if (empty >= 0) throw invalidOptions(`${expected[empty]} is empty.`);
  return passed;
}
