import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

const HEX = '0123456789abcdef'.repeat(4);

test.each([
  ['an API key', `csk_${HEX}`],
  ["a connect link's secret", `csl_${HEX}`],
  ['a JWT', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ3b3JrZXIifQ.c2lnbmF0dXJl'],
  ['a bearer token of any form', 'Bearer some-secret.of~another+kind/=='],
  ['a password in a URL', 'postgres://countersign:s3cret!word@database:5432/countersign'],
])('redacts %s in the message, in fields, in errors and in nested values', (_, careless) => {
  const lines: string[] = [];
  const log = createLogger('info', (line) => lines.push(line));
  log.info(`of ${careless} and more`);
  log.info({ note: careless, deep: { list: [careless] } }, 'careless');
  log.error({ err: new Error(`with "${careless}"`) }, 'failed');
  const secret = careless.replace(/^csk_|^csl_|^Bearer |^postgres:\/\/countersign:|@database.*$/g, '');
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    expect(line).not.toContain(secret);
    expect(line).toContain('[redacted]');
    expect(() => JSON.parse(line)).not.toThrow();
  }
});

test.each([
  'authorization',
  'secretAccessKey',
  'SecretAccessKey',
  'sessionToken',
  'SessionToken',
  'Token',
  'token',
  'key',
  'password',
])('redacts the field %s', (name) => {
  const lines: string[] = [];
  createLogger('info', (line) => lines.push(line)).info({ [name]: 'secret', public: 'kept' }, 'careless');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ [name]: '[redacted]', public: 'kept' });
});

test('keeps the order of lines, and writes those of the last turn when the process exits', () => {
  const program = `
    import { createLogger } from ${JSON.stringify(new URL('logger.ts', import.meta.url).href)};
    const log = createLogger('info');
    log.info('one');
    setImmediate(() => { log.info('two'); log.info('three'); process.exit(0); });`;
  const written = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  const messages = written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  expect(messages).toEqual(['one', 'two', 'three']);
});

test('logs an error of the database with its code, and without the connection that the pool adds to it', () => {
  const lines: string[] = [];
  const error = Object.assign(new Error('lost'), { code: '57P01', client: { host: 'database', ssl: {} } });
  createLogger('info', (line) => lines.push(line)).warn({ err: error }, 'a connection was lost');
  const { err } = JSON.parse(lines[0] ?? '');
  expect(err).toMatchObject({ type: 'Error', message: 'lost', code: '57P01', stack: expect.any(String) });
  expect(err.client).toBeUndefined();
});
