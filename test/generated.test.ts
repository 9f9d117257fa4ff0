import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from './generated/files.ts';

const files = await generatedFiles();

test.each(Object.keys(files))('%s is what the code makes', (file) => {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '(missing)';
  expect(there, `${file} is stale: run "npm run docs"`).toBe(files[file]);
});
