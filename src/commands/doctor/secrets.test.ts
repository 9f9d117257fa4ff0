import { expect, test } from 'vitest';
import { createRedactor, describeError } from './secrets.ts';

const redact = createRedactor([
  ['DATABASE_URL', 'postgres://owner:p%40ss-word@db/c'],
  ['AWS_SECRET_ACCESS_KEY', 'secret/key'],
  ['HTTPS_PROXY', 'http://user:proxy-word@proxy'],
  ['PGPASSWORD', 'abc'],
]);

test('removes passwords as written and as decoded', () => {
  expect(redact('p%40ss-word, p@ss-word, secret/key and proxy-word')).toBe('***, ***, *** and ***');
});

test('leaves a text alone that is too short to be a secret', () => {
  expect(redact('an abc')).toBe('an abc');
});

test('describes an error in one line without the command that failed', () => {
  expect(describeError(new Error('Command failed: vault --token x\nstderr'), redact)).toBe(
    'the command failed',
  );
  expect(describeError(new Error('one\n  two'), redact)).toBe('one two');
  expect(describeError(Object.assign(new Error(''), { code: 'ECONNREFUSED' }), redact)).toBe('ECONNREFUSED');
  expect(describeError(null, redact)).toBe('an error without a message');
});
