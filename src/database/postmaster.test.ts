import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEmbedded } from './embedded.ts';
import { findBinaries } from './embedded-binaries.ts';
import { prepareCluster } from './embedded-cluster.ts';
import { ensurePostmaster } from './postmaster.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-postmaster-'));
});
afterEach(() => removeEmbedded(dataDir));

test('a server whose address is known waits for its port, and takes no other', async () => {
  const binaries = await findBinaries();
  const cluster = await prepareCluster(dataDir, binaries, () => {});
  const occupant = createServer();
  await once(occupant.listen(0, '127.0.0.1'), 'listening');
  const { port } = occupant.address() as AddressInfo;
  const logFile = join(dataDir, 'postgres.log');
  const starting = ensurePostmaster({ cluster, program: binaries.postgres, logFile, port });
  const refusals = async () =>
    (await readFile(logFile, 'utf8').catch(() => '')).split('could not create any TCP/IP sockets').length - 1;
  await expect.poll(refusals, { timeout: 50_000 }).toBeGreaterThan(4);
  occupant.close();
  expect(await starting).toMatchObject({ port, started: true });
}, 60_000);
