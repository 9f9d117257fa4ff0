// `npm run screenshots` copies the images of the screenshots tests to docs/images.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('../test-artifacts/', import.meta.url));
const to = fileURLToPath(new URL('../docs/images/', import.meta.url));
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from).filter((name) => name.startsWith('docs-') && name.endsWith('.png'))) {
  copyFileSync(`${from}${name}`, `${to}${name.replace('docs-', '')}`);
  console.log(`docs/images/${name.replace('docs-', '')}`);
}
