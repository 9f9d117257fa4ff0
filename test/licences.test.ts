import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Permissive licences (SPDX). No dependency has a copyleft licence, neither at run time nor in development. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
];
/** The licences of packages that have a licence file, but no `license` field. */
const FROM_LICENCE_FILE: Record<string, string> = { 'node_modules/seq-queue': 'MIT' };

/**
 * The only exception (docs/decisions/0005-dependencies.md): the accessibility checker of the browser tests. It is used
 * unchanged, in development only, and is never shipped.
 */
const EXCEPTIONS: Record<string, string> = { 'node_modules/axe-core': 'MPL-2.0' };

type Packages = Record<string, { license?: string; link?: boolean; dev?: boolean }>;

function findNonPermissive(packages: Packages): string[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .filter(([path, { dev, license }]) => !(dev && license !== undefined && EXCEPTIONS[path] === license))
    .map(([path, { license }]) => [path, license ?? FROM_LICENCE_FILE[path] ?? 'no licence'] as const)
    .filter(
      ([, licence]) =>
        !licence
          .replace(/[()]/g, '')
          .split(/ (?:or|and) /i)
          .every((part) => PERMISSIVE.includes(part)),
    )
    .map(([path, licence]) => `${path}: ${licence}`);
}

test('every package in the lock file has a permissive licence', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Packages };
  expect(Object.keys(packages).length).toBeGreaterThan(200);
  expect(findNonPermissive(packages)).toEqual([]);
});

test('the check finds packages with a copyleft licence or none', () => {
  expect(
    findNonPermissive({
      'node_modules/a': { license: 'MIT AND GPL-3.0' },
      'node_modules/b': {},
      'node_modules/c': { license: '(MPL-2.0 OR Apache-2.0)' },
      'node_modules/d': { license: 'MIT' },
      'node_modules/axe-core': { license: 'MPL-2.0' },
    }),
  ).toEqual([
    'node_modules/a: MIT AND GPL-3.0',
    'node_modules/b: no licence',
    'node_modules/c: (MPL-2.0 OR Apache-2.0)',
    'node_modules/axe-core: MPL-2.0',
  ]);
});
