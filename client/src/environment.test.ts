import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { type EndpointOptions, type Environment, resolveEndpoint } from './environment.ts';

const file = path.join(temporaryFolder('client-key'), 'key');
writeFileSync(file, 'csk_from_file\n');
const emptyFile = `${file}-empty`;
writeFileSync(emptyFile, '\n');

const URL_ = 'https://countersign.example.com';

test.each<[string, EndpointOptions, Environment, { baseUrl: string; key: string }]>([
  ['the options', { url: `${URL_}/`, key: 'a' }, {}, { baseUrl: URL_, key: 'a' }],
  [
    'a URL with a path',
    { url: new URL(`${URL_}/base/`), key: 'a' },
    {},
    { baseUrl: `${URL_}/base`, key: 'a' },
  ],
  ['the environment', {}, { COUNTERSIGN_URL: URL_, COUNTERSIGN_KEY: 'b' }, { baseUrl: URL_, key: 'b' }],
  ['a file', { url: URL_ }, { COUNTERSIGN_KEY_FILE: file }, { baseUrl: URL_, key: 'csk_from_file' }],
  [
    'the option keyFile, before the environment',
    { url: URL_, keyFile: file },
    { COUNTERSIGN_KEY: 'b' },
    { baseUrl: URL_, key: 'csk_from_file' },
  ],
  ['a function', { url: URL_, key: async () => 'c' }, {}, { baseUrl: URL_, key: 'c' }],
  [
    'an http:// URL for 127.0.0.1',
    { url: 'http://127.0.0.1:3000', key: 'a' },
    {},
    { baseUrl: 'http://127.0.0.1:3000', key: 'a' },
  ],
  [
    'an http:// URL for ::1',
    { url: 'http://[::1]:3000', key: 'a' },
    {},
    { baseUrl: 'http://[::1]:3000', key: 'a' },
  ],
  [
    'an http:// URL that allowInsecureHttp allows',
    { url: 'http://cs', key: 'a', allowInsecureHttp: true },
    {},
    { baseUrl: 'http://cs', key: 'a' },
  ],
])('resolves URL and key from %s', async (_, options, env, expected) => {
  expect(await resolveEndpoint(options, env)).toEqual(expected);
});

test.each<[string, EndpointOptions, Environment, RegExp]>([
  ['no URL', { key: 'a' }, { COUNTERSIGN_URL: '' }, /COUNTERSIGN_URL/],
  ['no key', { url: URL_ }, { COUNTERSIGN_KEY: '' }, /COUNTERSIGN_KEY_FILE/],
  ['an empty key', { url: URL_, key: '' }, { COUNTERSIGN_KEY: 'b' }, /empty/],
  ['two key variables', { url: URL_ }, { COUNTERSIGN_KEY: 'b', COUNTERSIGN_KEY_FILE: file }, /both set/],
  ['a key and a file', { url: URL_, key: 'a', keyFile: file }, {}, /not both/],
  ['a key of two lines', { url: URL_, key: 'a\nb' }, {}, /characters/],
  ['http:// to another host', { url: 'http://cs.example.com', key: 'a' }, {}, /https:\/\//],
  [
    'http:// to a host name that begins like a loopback address',
    { url: 'http://127.0.0.1.example.com', key: 'a' },
    {},
    /https/,
  ],
  [
    'http:// to localhost as a user name',
    { url: 'http://localhost@example.com', key: 'a' },
    {},
    /must be like/,
  ],
  ['another scheme', { url: 'file:///etc', key: 'a' }, {}, /must be like/],
  ['a password in the URL', { url: 'https://u:hidden@example.com', key: 'a' }, {}, /must be like/],
  ['a query in the URL', { url: `${URL_}?a=b`, key: 'a' }, {}, /must be like/],
])('rejects %s', async (_, options, env, message) => {
  const error = await resolveEndpoint(options, env).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringMatching(message) });
  expect(String(error)).not.toContain('hidden');
});

test.each<[string, string, RegExp]>([
  ['does not exist', `${file}x`, /ENOENT/],
  ['cannot be read', path.dirname(file), /EISDIR/],
  ['is empty', emptyFile, /empty/],
])(
  'a key file that %s is a retryable error, since it may be about to be replaced',
  async (_, keyFile, message) => {
    for (const [options, env] of [
      [{ url: URL_, keyFile }, {}],
      [{ url: URL_ }, { COUNTERSIGN_KEY_FILE: keyFile }],
    ]) {
      const error = await resolveEndpoint(options as EndpointOptions, env as Environment).catch(
        (e: Error) => e,
      );
      expect(error).toMatchObject({
        code: 'key_file_unavailable',
        retryable: true,
        message: expect.stringMatching(message),
      });
    }
  },
);
