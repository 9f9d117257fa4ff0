import type { Command, Option } from './command.ts';

const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { help: "print the API's JSON instead of text" },
  'allow-insecure-http': { help: 'allow an http:// URL for a host other than this machine' },
  help: { help: 'show this help' },
};

const ENVIRONMENT = `Environment:
  COUNTERSIGN_URL        base URL of Countersign
  COUNTERSIGN_KEY        the API key; role "support" is enough, except to create or import tenants ("onboarding")
  COUNTERSIGN_KEY_FILE   a file that contains only the key, instead of COUNTERSIGN_KEY
  NO_COLOR               if it is set, nothing is colored

Exit codes: 0 success; 1 unexpected error; 2 invalid arguments or environment, nothing was sent; 3 rejected by
Countersign, do not retry; 4 unavailable, retry later; 5 a role was verified and did not pass, a row was not imported, or a
rule of the evidence report does not hold.
`;

/** The help of all commands, or of one group. */
export function formatHelp(commands: readonly Command[], group?: string): string {
  const title =
    group === undefined
      ? 'countersign: find and check tenants and their AWS connections, for operators'
      : `countersign ${group}`;
  const lines = commands.map((command): [string, string] => [formatUsage(command), command.summary]);
  const more = `Run countersign <command> --help for the options of a command.`;
  return `${title}\n\n${formatPairs(lines)}\n${more}\n\n${ENVIRONMENT}`;
}

export function formatCommandHelp(command: Command): string {
  const { summary, options = {}, notes } = command;
  const lines = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, option]): [string, string] => [
    formatOption(name, option),
    option.help,
  ]);
  return [
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.\n`,
    `  countersign ${formatUsage(command)} [options]\n`,
    `Options:\n${formatPairs(lines)}`,
    ...(notes === undefined ? [] : [`${notes}\n`]),
  ].join('\n');
}

const formatUsage = ({ name, arguments: positionals = [] }: Command): string =>
  [name, ...positionals].join(' ');

const formatOption = (name: string, { value }: Option): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`;

function formatPairs(pairs: readonly [string, string][]): string {
  const width = Math.max(...pairs.map(([left]) => left.length)) + 3;
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
}
