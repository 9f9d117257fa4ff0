import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { loadPageAssets } from './page-assets.ts';

const PAGES = [
  { folder: 'connect-page', name: 'connect' },
  { folder: 'console', name: 'console' },
];

test('the build of the container image makes the same scripts and style sheets as a checkout', async () => {
  const [command = '', outdir] =
    /npx esbuild .*--outdir=(\S+)/.exec(readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', '')) ?? [];
  expect(outdir, 'the folder in which the compiled server looks').toBe('dist/src');
  const built = temporaryFolder('page-assets');
  const args = command.split(/\s+/).slice(2, -1);
  execFileSync('node_modules/.bin/esbuild', [...args, `--outdir=${built}`, '--log-level=warning']);
  for (const { folder, name } of PAGES) {
    const { script, styleSheet } = await loadPageAssets(folder, name);
    expect(readFileSync(path.join(built, folder, 'assets', `${name}.js`), 'utf8')).toBe(script.toString());
    expect(readFileSync(path.join(built, folder, 'assets', `${name}.css`), 'utf8')).toBe(
      styleSheet.toString(),
    );
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
