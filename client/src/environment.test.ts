import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Access, type Environment, resolveEndpoint } from './environment.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'countersign-client-'));
const file = path.join(folder, 'key');
writeFileSync(file, 'csk_from_file\n');
afterAll(() => rmSync(folder, { recursive: true }));

const URL_ = 'https://countersign.example.com';

test.each<[string, Access, Environment, { base: string; key: string }]>([
  ['options', { url: `${URL_}/`, key: 'a' }, {}, { base: URL_, key: 'a' }],
  ['a URL with a path', { url: new URL(`${URL_}/base/`), key: 'a' }, {}, { base: `${URL_}/base`, key: 'a' }],
  ['the environment', {}, { COUNTERSIGN_URL: URL_, COUNTERSIGN_KEY: 'b' }, { base: URL_, key: 'b' }],
  ['a file', { url: URL_ }, { COUNTERSIGN_KEY_FILE: file }, { base: URL_, key: 'csk_from_file' }],
  [
    'the file that is named',
    { url: URL_, keyFile: file },
    { COUNTERSIGN_KEY: 'b' },
    { base: URL_, key: 'csk_from_file' },
  ],
  ['a function', { url: URL_, key: async () => 'c' }, {}, { base: URL_, key: 'c' }],
  ['loopback', { url: 'http://127.0.0.1:3000', key: 'a' }, {}, { base: 'http://127.0.0.1:3000', key: 'a' }],
  ['loopback', { url: 'http://[::1]:3000', key: 'a' }, {}, { base: 'http://[::1]:3000', key: 'a' }],
  [
    'http, allowed',
    { url: 'http://cs', key: 'a', allowInsecureHttp: true },
    {},
    { base: 'http://cs', key: 'a' },
  ],
])('URL and key come from %s', async (_, access, env, expected) => {
  expect(await resolveEndpoint(access, env)).toEqual(expected);
});

test.each<[string, Access, Environment, RegExp]>([
  ['no URL', { key: 'a' }, { COUNTERSIGN_URL: '' }, /COUNTERSIGN_URL/],
  ['no key', { url: URL_ }, { COUNTERSIGN_KEY: '' }, /COUNTERSIGN_KEY_FILE/],
  ['an empty key', { url: URL_, key: '' }, { COUNTERSIGN_KEY: 'b' }, /empty/],
  ['two keys', { url: URL_ }, { COUNTERSIGN_KEY: 'b', COUNTERSIGN_KEY_FILE: file }, /both set/],
  ['a key file that is not there', { url: URL_ }, { COUNTERSIGN_KEY_FILE: `${file}x` }, /ENOENT/],
  ['a key and a file', { url: URL_, key: 'a', keyFile: file }, {}, /not both/],
  ['two lines in place of a key', { url: URL_, key: 'a\nb' }, {}, /characters/],
  ['http to another host', { url: 'http://cs.example.com', key: 'a' }, {}, /https:\/\//],
  [
    'http to a name that only begins like loopback',
    { url: 'http://127.0.0.1.example.com', key: 'a' },
    {},
    /https/,
  ],
  ['http to localhost with a user', { url: 'http://localhost@example.com', key: 'a' }, {}, /must be like/],
  ['another scheme', { url: 'file:///etc', key: 'a' }, {}, /must be like/],
  ['a password in the URL', { url: 'https://u:hidden@example.com', key: 'a' }, {}, /must be like/],
  ['a query', { url: `${URL_}?a=b`, key: 'a' }, {}, /must be like/],
])('refused, and in words: %s', async (_, access, env, words) => {
  const error = await resolveEndpoint(access, env).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringMatching(words) });
  expect(String(error)).not.toContain('hidden');
});
