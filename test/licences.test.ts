import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Permissive ones (SPDX). No copyleft, weak or strong, is in the tree: not in what runs and not in what builds it. */
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
/** Packages whose package.json says nothing, with what their licence file says. */
const READ_BY_HAND: Record<string, string> = { 'node_modules/seq-queue': 'MIT' };

/**
 * The one exception, by decision (docs/decisions/0005-dependencies.md): the accessibility checker of the browser tests. It is
 * a tool of development alone, used unchanged; nothing of it is in what is shipped.
 */
const TEST_TOOLS: Record<string, string> = { 'node_modules/axe-core': 'MPL-2.0' };

type Packages = Record<string, { license?: string; link?: boolean; dev?: boolean }>;

function notPermissive(packages: Packages): string[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .filter(([path, { dev, license }]) => !(dev && license !== undefined && TEST_TOOLS[path] === license))
    .map(([path, { license }]) => [path, license ?? READ_BY_HAND[path] ?? 'no licence'] as const)
    .filter(
      ([, licence]) =>
        !licence
          .replace(/[()]/g, '')
          .split(/ (?:or|and) /i)
          .every((one) => PERMISSIVE.includes(one)),
    )
    .map(([path, licence]) => `${path}: ${licence}`);
}

test('every package of the lock file has a permissive licence', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Packages };
  expect(Object.keys(packages).length).toBeGreaterThan(200);
  expect(notPermissive(packages)).toEqual([]);
});

test('a package with a copyleft licence, or with none, is found', () => {
  expect(
    notPermissive({
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
