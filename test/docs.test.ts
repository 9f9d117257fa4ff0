import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PAGES = readdirSync('docs').filter((file) => file.endsWith('.md'));
const FILES = ['README.md', ...PAGES.map((file) => `docs/${file}`)];

/** The anchors of the headings, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** One line for each link that leads nowhere. */
function findBrokenLinks(file: string, text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].flatMap(([, link = '']) => {
    const [target = '', anchor] = link.split('#');
    const resolved = target === '' ? file : path.join(path.dirname(file), target);
    if (!existsSync(resolved)) return [`${file}: ${link} does not exist`];
    if (anchor === undefined || !resolved.endsWith('.md')) return [];
    return anchorsOf(resolved).has(anchor) ? [] : [`${file}: ${link} has no such heading`];
  });
}

test('every link between the docs leads to a file and a heading that exist', () => {
  expect(FILES.flatMap((file) => findBrokenLinks(file, readFileSync(file, 'utf8')))).toEqual([]);
  expect(findBrokenLinks('docs/README.md', '[a](nowhere.md) [b](errors.md#nowhere) [c](errors.md)')).toEqual([
    'docs/README.md: nowhere.md does not exist',
    'docs/README.md: errors.md#nowhere has no such heading',
  ]);
});

test('the index names every page', () => {
  const index = readFileSync('docs/README.md', 'utf8');
  expect(PAGES.filter((file) => file !== 'README.md' && !index.includes(`(${file}`))).toEqual([]);
});

test('the index says of every page with commands whether they are run', () => {
  const [, tested = ''] = readFileSync('docs/README.md', 'utf8').split('## Which commands are tested');
  const hasCommands = (file: string) => /^```(sh|bash)/m.test(readFileSync(`docs/${file}`, 'utf8'));
  expect(PAGES.filter(hasCommands).filter((file) => !tested.includes(`(${file})`))).toEqual([]);
  for (const [, file = ''] of tested.matchAll(/`((?:src|test|client)\/[\w./-]+)`/g))
    expect(existsSync(file), file).toBe(true);
});
