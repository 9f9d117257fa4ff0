import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './harness/temporary-folder.ts';

const root = temporaryFolder('build');

test('a build counts only while no source was added, edited or deleted', async () => {
  for (const folder of ['scripts', 'src/lib', 'client/src', 'prisma/migrations', 'dist'])
    mkdirSync(path.join(root, folder), { recursive: true });
  const write = (file: string, content: string) => writeFileSync(path.join(root, file), content);
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json']) write(file, '{}');
  write('src/lib/a.ts', 'export const a = 1;');
  const script = path.join(root, 'scripts', 'find-build.mjs');
  copyFileSync('scripts/find-build.mjs', script);
  const { findBuild, describeSources, STAMP } = await import(script);
  const build = () => writeFileSync(STAMP, describeSources());

  expect(findBuild()).toBe('missing');
  build();
  expect(findBuild()).toBe('current');
  write('src/lib/a.ts', 'export const a = 20;');
  expect(findBuild()).toBe('stale');
  build();
  write('client/src/b.ts', '');
  expect(findBuild()).toBe('stale');
  build();
  rmSync(path.join(root, 'client/src/b.ts'));
  expect(findBuild()).toBe('stale');
  build();
  write('package.json', '{"version":"2.0.0"}');
  expect(findBuild()).toBe('stale');
});
