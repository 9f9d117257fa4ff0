import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openEmbedded, removeEmbedded } from '../../src/database/embedded/embedded-database.ts';
import { migrate } from '../../src/database/migrations/migrate.ts';
import { databaseUrl, TEMPLATE } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The owner's connection URL of this test run's temporary PostgreSQL cluster. */
    clusterUrl: string;
    /** A folder that is deleted when the run ends; `temporaryFolder` creates folders in it. */
    scratchFolder: string;
    /** The compiled service, for tests that start it as a process; `compiledCommand` runs it. */
    compiledFolder: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts one temporary cluster for the whole run, with a migrated template from which every test database is copied. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  const cluster = await openEmbedded({
    dataDir,
    exclusive: true,
    log: () => {},
    // The data is deleted after the run, so it need not survive a power failure.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const scratchFolder = await mkdtemp(join(tmpdir(), 'countersign-scratch-'));
  // The system user that runs an embedded PostgreSQL must be able to enter the folders below.
  await chmod(scratchFolder, 0o711);
  await mkdir(join(ROOT, 'test-artifacts'), { recursive: true });
  const compiledFolder = await mkdtemp(join(ROOT, 'test-artifacts', 'compiled-'));
  async function teardown(): Promise<void> {
    try {
      await cluster.close();
    } finally {
      await rm(compiledFolder, { recursive: true, force: true });
      await rm(scratchFolder, { recursive: true, force: true });
      await removeEmbedded(dataDir);
    }
  }
  try {
    const { compile } = await import(join(ROOT, 'scripts', 'build.mjs'));
    await compile(compiledFolder, { check: false });
    await createTemplate(cluster.url);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('clusterUrl', cluster.url);
  project.provide('scratchFolder', scratchFolder);
  project.provide('compiledFolder', compiledFolder);
  return teardown;
}

async function createTemplate(clusterUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: clusterUrl });
  await client.connect();
  try {
    await client.query(`create database ${TEMPLATE}`);
    const directory = new URL('../../prisma/migrations/', import.meta.url);
    await migrate({ ownerUrl: databaseUrl(clusterUrl, TEMPLATE), directory, log: () => {} });
    // PostgreSQL cannot copy a template that has connections, so it allows none from here on.
    await client.query(`alter database ${TEMPLATE} with allow_connections false`);
  } finally {
    await client.end();
  }
}
