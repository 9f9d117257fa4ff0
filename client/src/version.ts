import { createRequire } from 'node:module';

// Not `import … with { type: 'json' }`: Node 20 warns about it, on the standard error of whatever uses this.
export const { version: VERSION } = createRequire(import.meta.url)('../package.json') as { version: string };
