import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands/commands.ts';
import { parseCommand } from './parse-command.ts';

const NAMES = new Set(COMMANDS.map(({ name }) => name.split(' ')[0]));

test('parses a command with its arguments and options', () => {
  expect(parseCommand(['events', 'list', '--type', 'tenant.created', '--json'])).toMatchObject({
    command: { name: 'events list' },
    options: { type: 'tenant.created' },
    arguments: [],
    json: true,
    allowInsecureHttp: false,
  });
  expect(parseCommand(['tenants', 'create', 'Example Ltd', '--allow-insecure-http'])).toMatchObject({
    arguments: ['Example Ltd'],
    allowInsecureHttp: true,
  });
  expect(parseCommand(['search', '--', '--odd-name'])).toMatchObject({ arguments: ['--odd-name'] });
  expect(parseCommand(['--version'])).toBe('version');
});

test.each<[string, string[], RegExp]>([
  ['a command', ['tenant', 'list'], /no command "tenant"\. Did you mean "tenants"/],
  ['the command of a group', ['connections', 'verfy', 'x'], /Did you mean "connections verify"/],
  ['an option', ['events', 'list', '--conection', 'x'], /'--conection'.* Did you mean --connection\?/],
  ['an option that is cut off', ['connections', 'list', '--stat', 'x'], /Did you mean --status\?/],
])('suggests what was probably meant by a mistyped name: %s', (_, argv, message) => {
  expect(() => parseCommand(argv)).toThrow(message);
});

test.each<[string, string[], RegExp]>([
  ['something unlike any command', ['login'], /no command "login"\. See countersign --help/],
  ['an option before the command', ['--limit', '3'], /before --limit/],
  ['a missing argument', ['connections', 'get'], /<connectionId> is missing/],
  ['an argument too many', ['search', 'Example', 'Ltd'], /"Ltd" is one argument too many: quote/],
  ['an empty argument', ['search', ''], /<text> is empty/],
  ['an option without its value', ['events', 'list', '--type='], /--type has an empty value/],
  ['an option of another command', ['tenants', 'list', '--account', 'x'], /'--account'/],
])('rejects %s', (_, argv, message) => {
  expect(() => parseCommand(argv)).toThrow(message);
});

describe('rejects a key among the arguments without repeating it', () => {
  const key = `csk_${'0a'.repeat(36)}`;
  test.each(COMMANDS.map(({ name }) => name))('of %s', (name) => {
    fc.assert(
      fc.property(fc.string(), fc.nat(3), (before, position) => {
        const argv = [...name.split(' '), 'x'].toSpliced(position, 0, before.replaceAll('-', '') + key);
        expect(() => parseCommand(argv)).toThrow(/looks like a key.*COUNTERSIGN_KEY_FILE/);
        expect(() => parseCommand(argv)).not.toThrow(/0a0a/);
      }),
      { numRuns: 10 },
    );
  });

  test('as an option', () => {
    expect(() => parseCommand(['fleet', '--key', 'hunter2'])).toThrow(/cannot be passed as an argument/);
  });
});

test('each command in the docs exists, with its arguments and options', () => {
  const pages = [
    'README.md',
    'client/README.md',
    'docs/support.md',
    'docs/evidence.md',
    'docs/deployment.md',
  ].map((file) => readFileSync(file, 'utf8'));
  const lines = pages.join('\n').matchAll(/^(?:npm run -s )?countersign (?:-- )?([a-z][^#\n]*)/gm);
  const commands = [...lines].map(
    ([, line = '']) =>
      line
        .replace(/ > .*/, '')
        .trim()
        .match(/"[^"]*"|\S+/g) ?? [],
  );
  const operatorCommands = commands.filter(([name]) => name !== undefined && NAMES.has(name));
  expect(operatorCommands.length).toBeGreaterThan(15);
  for (const parts of operatorCommands)
    expect(parseCommand(parts.map((word) => word.replace(/^"|"$/g, '')))).toHaveProperty('command');
});

describe('each level has help', () => {
  const helpOf = (...argv: string[]): string => {
    const parsed = parseCommand(argv);
    if (parsed === 'version' || !('help' in parsed)) throw new Error('no help');
    return parsed.help;
  };

  test.each(COMMANDS.map((command) => [command.name, command] as const))('%s', (name, command) => {
    const help = helpOf(...name.split(' '), '--help');
    for (const option of Object.keys(command.options ?? {})) expect(help).toContain(`--${option}`);
    expect(help).toContain(`countersign ${name}`);
    expect(helpOf()).toContain(command.summary);
    expect(helpOf(name.split(' ')[0] ?? '', '-h').toLowerCase()).toContain(command.summary.toLowerCase());
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('and says whether it was requested', () => {
    expect(parseCommand(['--help'])).toMatchObject({ isRequested: true });
    expect(parseCommand(['help', 'tenants'])).toMatchObject({ isRequested: true });
    expect(parseCommand([])).toMatchObject({ isRequested: false });
    expect(parseCommand(['tenants'])).toMatchObject({ isRequested: false });
  });
});
