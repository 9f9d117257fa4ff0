import { expect, test } from 'vitest';
import { basePathOf, isOrigin, isSecureUrl, isTrustedSourceUrl, trimTrailingSlashes } from './urls.ts';

test.each<[string, boolean]>([
  ['https://example.com/path', true],
  ['http://localhost:3000/', true],
  ['http://127.0.0.1/', true],
  ['http://[::1]:8080/', true],
  ['http://example.com/', false],
  ['http://localhost.example.com/', false],
  ['http://127.0.0.1.example.com/', false],
  ['ftp://localhost/', false],
  ['//example.com', false],
  ['', false],
])('isSecureUrl(%j) is %s', (url, expected) => {
  expect(isSecureUrl(url)).toBe(expected);
});

test.each<[string, boolean]>([
  ['https://example.com', true],
  ['https://example.com:8443', true],
  ['https://example.com/', false],
  ['https://example.com:443', false],
  ['example.com', false],
])('isOrigin(%j) is %s', (text, expected) => {
  expect(isOrigin(text)).toBe(expected);
});

test.each<[string, boolean]>([
  ['https://issuer.example.com/keys?version=1', true],
  ['http://localhost/keys', true],
  ['http://issuer.example.com/keys', false],
  ['https://user@issuer.example.com/', false],
  ['https://:password@issuer.example.com/', false],
  ['https://issuer.example.com/#fragment', false],
  ['https://issuer.example.com/ ', false],
])('isTrustedSourceUrl(%j) is %s', (url, expected) => {
  expect(isTrustedSourceUrl(url)).toBe(expected);
});

test.each([
  ['https://example.com', ''],
  ['https://example.com/', ''],
  ['https://example.com/aws//', '/aws'],
])('the base path of %j is %j', (url, path) => {
  expect(basePathOf(url)).toBe(path);
});

test('removes slashes at the end only', () => {
  expect(trimTrailingSlashes('https://example.com/aws//')).toBe('https://example.com/aws');
});
