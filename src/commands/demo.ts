import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../config/config.ts';
import { playDemo } from '../demo/scenario.ts';
import { createLogger } from '../observability/logger.ts';
import { startSandboxService } from './sandbox-service.ts';

const HELP = `npm run demo

Plays the whole story against a sandbox of its own, in a temporary folder that is removed afterwards: a vendor, two
customers and an attacker, over the HTTP API and the AWS protocol only. Exits 0 only if every step did what it says.`;

/** The demo: a sandbox of its own, and a player that talks to it like an outsider. */
export async function demo(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-demo-'));
  // Nothing of the caller's configuration: the demo never touches another database, port or account.
  const config = readConfig('sandbox', {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: '0',
    COUNTERSIGN_DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
  });
  console.log('Starting a sandbox of its own: database, local AWS, API …');
  try {
    const running = await startSandboxService(
      config,
      createLogger('error', (line) => process.stderr.write(line)),
    );
    try {
      const adminKey = running.service.firstKey;
      if (!adminKey) throw new Error('a fresh sandbox made no admin key');
      return await playDemo({
        api: running.service.url,
        aws: running.aws.url,
        adminKey,
        vendorAccountId: config.vendor.accountId,
        say: (line) => console.log(line),
      });
    } finally {
      await running.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
