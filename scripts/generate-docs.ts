import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles } from '../test/generated/files.ts';

/** `npm run docs` writes all generated files. test/generated.test.ts fails when one is stale. */
for (const [file, content] of Object.entries(await generatedFiles())) {
  const target = path.join(import.meta.dirname, '..', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  console.log(file);
}
