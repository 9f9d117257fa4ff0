import { createRequire } from 'node:module';

// An `import … with { type: 'json' }` would make Node 20 print a warning to the standard error of the calling program.
export const { version: VERSION } = createRequire(import.meta.url)('../package.json') as { version: string };
