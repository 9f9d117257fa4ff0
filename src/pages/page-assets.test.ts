import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { loadPageAssets } from './page-assets.ts';

const PAGES = [
  { folder: 'connect-page', name: 'connect' },
  { folder: 'console', name: 'console' },
];

test('a build has the same scripts and style sheets as a checkout, in the folders where the compiled server looks', async () => {
  for (const { folder, name } of PAGES) {
    const { script, styleSheet } = await loadPageAssets(folder, name);
    const built = path.join(inject('compiledFolder'), 'src', folder, 'assets', name);
    expect(readFileSync(`${built}.js`, 'utf8')).toBe(script.toString());
    expect(readFileSync(`${built}.css`, 'utf8')).toBe(styleSheet.toString());
  }
});

describe.each(PAGES)('the script of $folder', ({ folder, name }) => {
  test('contains only modules of the pages, and types and labels that it shares with the server', async () => {
    const { script } = await loadPageAssets(folder, name);
    const modules = [...script.toString().matchAll(/^ {2}\/\/ (src\/\S+)$/gm)].map(([, file]) => file);
    expect(modules).toContain(`src/${folder}/assets/${name}.ts`);
    const allowed = new RegExp(
      `^src/(${folder}/(assets/[\\w-]+|views/labels)|pages/(assets/[\\w-]+|format-age))\\.ts$`,
    );
    expect(modules.filter((file) => !allowed.test(file ?? ''))).toEqual([]);
  });
});
