import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proxyFor } from './proxy-settings.ts';

const PROXIES = { https: 'http://proxy:1', http: 'http://proxy:2' };

function isProxied(url: string, noProxy: string[] = []): boolean {
  return proxyFor({ ...PROXIES, noProxy }, new URL(url)) !== null;
}

test('chooses the proxy by the scheme of the URL', () => {
  const settings = { ...PROXIES, noProxy: [] };
  expect(proxyFor(settings, new URL('https://sts.example.com'))).toBe('http://proxy:1');
  expect(proxyFor(settings, new URL('http://sts.example.com'))).toBe('http://proxy:2');
  expect(proxyFor({ ...settings, http: null }, new URL('http://sts.example.com'))).toBeNull();
});

test.each([
  'https://localhost',
  'http://LOCALHOST:3000',
  'https://localhost.',
  'https://a.localhost',
  'https://127.0.0.1:8443',
  'https://127.8.9.10',
  'https://[::1]:3000',
  'https://[::ffff:127.0.0.1]',
])('never uses a proxy for loopback: %s', (url) => {
  expect(isProxied(url)).toBe(false);
});

test.each([
  ['example.com', 'https://example.com', false],
  ['example.com', 'https://sts.EXAMPLE.com', false],
  ['example.com', 'https://notexample.com', true],
  ['example.com', 'https://example.com.attacker.example', true],
  ['.example.com', 'https://sts.example.com', false],
  ['*.example.com', 'https://sts.example.com', false],
  ['example.com:8443', 'https://example.com:8443', false],
  ['example.com:443', 'https://example.com', false],
  ['example.com:8443', 'https://example.com', true],
  ['*', 'https://example.com', false],
  ['10.1.2.3', 'https://10.1.2.3', false],
  ['10.0.0.0/8', 'https://10.1.2.3', false],
  ['10.0.0.0/8', 'https://11.1.2.3', true],
  ['10.0.0.0/99', 'https://10.1.2.3', true],
  ['fd00::1', 'https://[fd00::1]', false],
  ['[fd00::1]:443', 'https://[fd00::1]', false],
  ['fd00::/8', 'https://[fd12::9]', false],
  ['', 'https://example.com', true],
  ['.', 'https://example.com', true],
])('NO_PROXY %j for %s: uses the proxy: %s', (entry, url, expected) => {
  expect(isProxied(url, ['other.example', entry])).toBe(expected);
});

test('no entry makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.webUrl(), (noProxy, url) => {
      expect(typeof isProxied(url, noProxy)).toBe('boolean');
    }),
  );
});
