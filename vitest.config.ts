import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Otherwise Vite looks up `localhost`, which a bare machine without /etc/hosts may not know.
  server: { host: '127.0.0.1' },
  test: {
    include: ['src/**/*.test.ts', 'client/src/**/*.test.ts', 'test/**/*.test.ts'],
    env: {
      // Otherwise the AWS SDK prints a warning on Node 20 into the output of the tests.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED:
        process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ?? 'true',
    },
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Files share a process and its modules: no module keeps state, and each file would load them anew for most of a second.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
