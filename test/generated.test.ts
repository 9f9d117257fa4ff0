import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from './generated/files.ts';

const files = await generatedFiles();

test.each(Object.keys(files))('%s is up to date with the code', (file) => {
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '(missing)';
  expect(current, `${file} is out of date: run "npm run docs"`).toBe(files[file]);
});
