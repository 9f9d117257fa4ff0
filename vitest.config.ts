import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Otherwise Vite looks up `localhost`, which a bare machine without /etc/hosts may not know.
  server: { host: '127.0.0.1' },
  test: {
    include: ['src/**/*.test.ts', 'client/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Files share a process and its modules: no module keeps state, and each file would load them anew for most of a second.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
