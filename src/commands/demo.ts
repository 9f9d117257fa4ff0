import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../config/config.ts';
import { runScenario } from '../demo/scenario.ts';
import { createLogger } from '../observability/logger.ts';
import { startSandboxService } from './sandbox-service.ts';

const HELP = `npm run demo

Runs a scenario with a vendor, two customers and an attacker in a temporary sandbox. It uses only the HTTP API and the
AWS protocol. The exit code is 0 only if every step succeeds.`;

/** Starts a temporary sandbox and runs the demo scenario against it. */
export async function demo(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-demo-'));
  // Ignores the environment: the demo must never use another database, port or account.
  const config = readConfig('sandbox', {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: '0',
    COUNTERSIGN_DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
  });
  console.log('Starting a temporary sandbox: database, AWS emulator, API …');
  try {
    const sandbox = await startSandboxService(
      config,
      createLogger('error', (line) => process.stderr.write(line)),
    );
    try {
      const adminKey = sandbox.service.firstKey;
      if (!adminKey) throw new Error('the new sandbox has created no admin key');
      return await runScenario({
        apiUrl: sandbox.service.url,
        awsUrl: sandbox.aws.url,
        adminKey,
        vendorAccountId: config.vendor.accountId,
        print: (line) => console.log(line),
      });
    } finally {
      await sandbox.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
