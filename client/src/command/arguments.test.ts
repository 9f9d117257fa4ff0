import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

const IDS = ['--tenant', 'tenant_1', '--connection', 'connection_1'];

test('what is said is what is read', () => {
  expect(readArguments(['process', ...IDS, '--profile', 'read', '--duration-seconds', '900'])).toMatchObject({
    command: 'process',
    tenantId: 'tenant_1',
    connectionId: 'connection_1',
    profile: 'read',
    durationSeconds: 900,
  });
  expect(readArguments(['agent', ...IDS, '--port', '0', '--', 'aws', '--help'])).toMatchObject({
    command: 'agent',
    port: 0,
    run: ['aws', '--help'],
  });
  expect(readArguments(['--help'])).toBe('help');
  expect(readArguments(['agent', '-h'])).toBe('help');
  expect(readArguments(['--version'])).toBe('version');
});

test.each<[string, string[], RegExp]>([
  ['no command', [], /process, agent, env/],
  ['another command', ['login', ...IDS], /process, agent, env/],
  ['two commands', ['env', 'process', ...IDS], /no other word/],
  ['no tenant', ['env', '--connection', 'c'], /--tenant is missing/],
  ['an empty connection', ['env', '--tenant', 't', '--connection='], /--connection is missing/],
  ['an option that there is not', ['env', ...IDS, '--role-arn', 'x'], /--role-arn/],
  ['an option in place of an ID', ['env', '--tenant', '--connection', 'c'], /ambiguous\.$/],
  ['another address to listen on', ['agent', ...IDS, '--host', '0.0.0.0'], /--host/],
  ['a duration that is too short', ['env', ...IDS, '--duration-seconds', '899'], /900 to 3600/],
  ['a duration that is no number', ['env', ...IDS, '--duration-seconds', '1h'], /900 to 3600/],
  ['a port that there is not', ['agent', ...IDS, '--port', '65536'], /0 to 65535/],
  ['a port for env', ['env', ...IDS, '--port', '1'], /belong to agent/],
  ['a program for process', ['process', ...IDS, '--', 'aws'], /belong to agent/],
  ['no program after --', ['agent', ...IDS, '--'], /no program/],
])('refused, and in words: %s', (_, argv, words) => {
  expect(() => readArguments(argv)).toThrow(words);
});

describe('a key as an argument is refused and not repeated', () => {
  const key = `csk_${'0a'.repeat(36)}`;
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3In0.c2ln';
  test.each([
    ['an option', ['env', ...IDS, '--key', key]],
    ['an option with =', ['env', ...IDS, `--key=${key}`]],
    ['a word', ['env', key, ...IDS]],
    ['an ID', ['env', '--tenant', key, '--connection', 'c']],
    ['a URL', ['env', ...IDS, '--url', `https://${key}@example.com`]],
    ['a token', ['env', ...IDS, '--token', jwt]],
    ['an option that is no key by its looks', ['env', ...IDS, '--api-key', 'hunter2']],
  ])('as %s', (_, argv) => {
    const error = thrown(argv);
    expect(error.message).toMatch(/--key-file.*--key-stdin/);
    expect(error.message).not.toMatch(/0a0a|eyJ|hunter2/);
  });

  test('wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(3), (before, after, at) => {
        const argv = ['env', ...IDS].toSpliced(at + 1, 0, before.replaceAll('-', '') + key + after);
        expect(thrown(argv).message).toContain('looks like a key');
      }),
    );
  });

  test('but the arguments of a program that is run are its own', () => {
    expect(readArguments(['agent', ...IDS, '--', 'program', '--key', key])).toMatchObject({
      command: 'agent',
    });
  });
});

function thrown(argv: string[]): Error {
  try {
    readArguments(argv);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}
