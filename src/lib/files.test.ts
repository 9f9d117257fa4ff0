import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  moveIntoPlace,
  readOrCreateFile,
  removeAbandonedTemporaries,
  replaceFile,
  temporaryPathFor,
} from './files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('readOrCreateFile gives all concurrent callers the same content, readable by the owner only', async () => {
  const path = join(folder, 'secret');
  const contents = await Promise.all(
    Array.from({ length: 20 }, (_, i) => readOrCreateFile(path, () => `content ${i}`)),
  );
  expect(new Set(contents).size).toBe(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['secret']);
});

test('replaceFile leaves the new content and no temporary file', async () => {
  const path = join(folder, 'file');
  await replaceFile(path, 'old');
  await replaceFile(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['file']);
});

test('moveIntoPlace does not replace a folder that another process has completed', async () => {
  const path = join(folder, 'data');
  const moved: boolean[] = [];
  for (const content of ['first', 'second']) {
    const temporary = temporaryPathFor(path);
    await mkdir(temporary);
    await writeFile(join(temporary, 'file'), content);
    moved.push(await moveIntoPlace(temporary, path));
  }
  expect(moved).toEqual([true, false]);
  expect(await readFile(join(path, 'file'), 'utf8')).toBe('first');
  expect(await readdir(folder)).toEqual(['data']);
});

test('removeAbandonedTemporaries removes temporary files of dead processes only', async () => {
  const deadPid = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  const own = temporaryPathFor(join(folder, 'data'));
  await writeFile(own, '');
  await writeFile(join(folder, `data.${deadPid}-01234567.tmp`), '');
  await writeFile(join(folder, `other.${deadPid}-01234567.tmp`), '');
  await removeAbandonedTemporaries(join(folder, 'data'));
  expect((await readdir(folder)).sort()).toEqual(
    [own.slice(folder.length + 1), `other.${deadPid}-01234567.tmp`].sort(),
  );
});
