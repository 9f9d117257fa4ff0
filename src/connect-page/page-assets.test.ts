import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { loadPageAssets } from './page-assets.ts';

test('the build of the container image makes the same script and style sheet as a checkout', async () => {
  const [command = '', outdir] =
    /npx esbuild .*--outdir=(\S+)/.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  expect(outdir, 'the folder in which the compiled server looks').toBe('dist/src/connect-page/assets');
  const folder = temporaryFolder('page-assets');
  const args = command.split(' ').slice(2, -1);
  execFileSync('node_modules/.bin/esbuild', [...args, `--outdir=${folder}`, '--log-level=warning']);
  const { script, styleSheet } = await loadPageAssets();
  expect(readFileSync(path.join(folder, 'connect.js'), 'utf8')).toBe(script.toString());
  expect(readFileSync(path.join(folder, 'connect.css'), 'utf8')).toBe(styleSheet.toString());
});

test('the script contains only modules of the page, and types and labels that it shares with the server', async () => {
  const { script } = await loadPageAssets();
  const modules = [...script.toString().matchAll(/^ {2}\/\/ (src\/\S+)$/gm)].map(([, file]) => file);
  expect(modules).toContain('src/connect-page/assets/connect.ts');
  expect(
    modules.filter((file) => !/^src\/connect-page\/(assets\/[\w-]+|views\/labels)\.ts$/.test(file ?? '')),
  ).toEqual([]);
});
