import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files. If one of them began last, all other workers would wait for it. */
const LONGEST =
  /\/(kit-by-aws-cli|torture|workers-many-tenants|process|generated-clients|workers-container|screenshots|embedded-database|managed-postgres|doctor)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // Vite would resolve `localhost` by default, which fails on a machine without /etc/hosts.
  server: { host: '127.0.0.1' },
  test: {
    include: ['src/**/*.test.ts', 'client/src/**/*.test.ts', 'test/**/*.test.ts'],
    env: {
      // Disables the AWS SDK's warning about Node 20 in the output of the tests.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED:
        process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ?? 'true',
    },
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    maxWorkers: 3,
    // Test files share a process and its modules, as no module has state. Loading them for each file takes almost a second.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
