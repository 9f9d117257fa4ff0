import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { removeEmbedded } from './embedded-database.ts';
import { ensurePostmaster } from './postmaster.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-postmaster-'));
});
afterEach(() => removeEmbedded(dataDir));

test('waits for the required port instead of using another one', async () => {
  const binaries = await findBinaries();
  const cluster = await prepareCluster(dataDir, binaries, () => {});
  const occupant = createServer();
  await once(occupant.listen(0, '127.0.0.1'), 'listening');
  const { port } = occupant.address() as AddressInfo;
  const logFile = join(dataDir, 'postgres.log');
  const starting = ensurePostmaster({ cluster, program: binaries.postgres, logFile, port });
  const failedStarts = async () =>
    (await readFile(logFile, 'utf8').catch(() => '')).split('could not create any TCP/IP sockets').length - 1;
  await expect.poll(failedStarts, { timeout: 50_000 }).toBeGreaterThan(4);
  occupant.close();
  expect(await starting).toMatchObject({ port, started: true });
}, 60_000);
