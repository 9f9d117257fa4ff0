import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const IDS = ['--tenant', 'tenant_1', '--connection', 'connection_1'];

test('parses commands and options', () => {
  expect(parseArguments(['process', ...IDS, '--profile', 'read', '--duration-seconds', '900'])).toMatchObject(
    {
      command: 'process',
      tenantId: 'tenant_1',
      connectionId: 'connection_1',
      profile: 'read',
      durationSeconds: 900,
    },
  );
  expect(parseArguments(['agent', ...IDS, '--port', '0', '--', 'aws', '--help'])).toMatchObject({
    command: 'agent',
    port: 0,
    program: ['aws', '--help'],
  });
  expect(parseArguments(['env', ...IDS])).toMatchObject({ command: 'env', shell: 'posix' });
  expect(parseArguments(['env', ...IDS, '--shell', 'fish'])).toMatchObject({ shell: 'fish' });
  expect(parseArguments(['--help'])).toBe('help');
  expect(parseArguments(['agent', '-h'])).toBe('help');
  expect(parseArguments(['--version'])).toBe('version');
});

test.each<[string, string[], RegExp]>([
  ['no command', [], /process, agent, env/],
  ['an unknown command', ['login', ...IDS], /process, agent, env/],
  ['two commands', ['env', 'process', ...IDS], /exactly one command/],
  ['no tenant', ['env', '--connection', 'c'], /--tenant is missing/],
  ['an empty connection', ['env', '--tenant', 't', '--connection='], /--connection is missing/],
  ['an unknown option', ['env', ...IDS, '--role-arn', 'x'], /--role-arn/],
  ['an option in place of an ID', ['env', '--tenant', '--connection', 'c'], /ambiguous\.$/],
  ['another address to listen on', ['agent', ...IDS, '--host', '0.0.0.0'], /--host/],
  ['a duration that is too short', ['env', ...IDS, '--duration-seconds', '899'], /900 to 3600/],
  ['a duration that is not a number', ['env', ...IDS, '--duration-seconds', '1h'], /900 to 3600/],
  ['a port above 65535', ['agent', ...IDS, '--port', '65536'], /0 to 65535/],
  ['a port for env', ['env', ...IDS, '--port', '1'], /only be used with agent/],
  ['an unknown shell', ['env', ...IDS, '--shell', 'tcsh'], /posix, powershell, fish/],
  ['a shell for process', ['process', ...IDS, '--shell', 'fish'], /only be used with env/],
  ['a shell for a program', ['agent', ...IDS, '--shell', 'fish', '--', 'aws'], /only be used with env/],
  ['a program for process', ['process', ...IDS, '--', 'aws'], /only be used with agent/],
  ['no program after --', ['agent', ...IDS, '--'], /no program/],
])('rejects %s', (_, argv, message) => {
  expect(() => parseArguments(argv)).toThrow(message);
});

describe('rejects a key among the arguments without repeating it', () => {
  const key = `csk_${'0a'.repeat(36)}`;
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3In0.c2ln';
  test.each([
    ['an option', ['env', ...IDS, '--key', key]],
    ['an option with =', ['env', ...IDS, `--key=${key}`]],
    ['a positional argument', ['env', key, ...IDS]],
    ['an ID', ['env', '--tenant', key, '--connection', 'c']],
    ['a URL', ['env', ...IDS, '--url', `https://${key}@example.com`]],
    ['a token', ['env', ...IDS, '--token', jwt]],
    ['an option for a key in an unknown format', ['env', ...IDS, '--api-key', 'hunter2']],
  ])('as %s', (_, argv) => {
    const error = rejectionOf(argv);
    expect(error.message).toMatch(/--key-file.*--key-stdin/);
    expect(error.message).not.toMatch(/0a0a|eyJ|hunter2/);
  });

  test('at any position and inside any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(3), (before, after, position) => {
        const argv = ['env', ...IDS].toSpliced(position + 1, 0, before.replaceAll('-', '') + key + after);
        expect(rejectionOf(argv).message).toContain('looks like a key');
      }),
    );
  });

  test('but allows one among the arguments of the program that the agent runs', () => {
    expect(parseArguments(['agent', ...IDS, '--', 'program', '--key', key])).toMatchObject({
      command: 'agent',
    });
  });
});

function rejectionOf(argv: string[]): Error {
  try {
    parseArguments(argv);
  } catch (error) {
    return error as Error;
  }
  throw new Error('the arguments were accepted');
}
