import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, queryOnce } from '../../test/harness/database.ts';
import {
  createConnection,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrations/migrate.ts';
import { MIGRATIONS } from '../database/prepare-database.ts';
import { prepareServiceRole } from '../database/service-role.ts';
import { newId } from '../lib/ids.ts';
import type { FleetCounts } from './fleet.ts';
import { compactFleetCounts, readFleetCounts } from './store.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

/** Counts the rows, as the migration does for those that exist. */
async function countRows(): Promise<FleetCounts> {
  const { rows } = await service.queryAsOwner(`
    SELECT
      (SELECT jsonb_object_agg(s, (SELECT count(*) FROM tenants WHERE status = s))
        FROM unnest('{active,suspended,offboarded}'::text[]) s) AS tenants,
      (SELECT jsonb_object_agg(s, (SELECT count(*) FROM connections WHERE status = s))
        FROM unnest('{pending,verified,insecure,unreachable,disabled}'::text[]) s) AS connections,
      jsonb_build_object(
        'running', (SELECT count(*) FROM external_ids WHERE state = 'successor'),
        'connectionsToMove', (SELECT count(*) FROM external_ids e JOIN connections c USING (tenant_id)
          WHERE e.state = 'successor' AND c.status = 'verified' AND c.verified_external_id_id <> e.id)) AS rotations,
      jsonb_build_object(
        'toMove', (SELECT count(*) FROM connections WHERE legacy AND status <> 'disabled')) AS legacy`);
  return rows[0];
}

test('the counts follow what the service does: onboarding, verification, rotation, suspension, offboarding', async () => {
  const read = async () => (await service.admin.get('/v1/fleet')).body;
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  expect(await read()).toMatchObject({ tenants: { active: 1 }, connections: { pending: 1, verified: 0 } });
  expect((await read()).oldestVerificationAt).toBeNull();
  await service.admin.post(`${connection.path}/verification`);
  expect(await read()).toMatchObject({
    connections: { pending: 0, verified: 1 },
    oldestVerificationAt: service.clock.now().toISOString(),
    broker: [{ partition: 'aws', status: 'working' }],
  });
  await service.admin.post(`${tenant.path}/external-id/rotation`);
  expect((await read()).rotations).toEqual({ running: 1, connectionsToMove: 1 });
  await service.admin.delete(`${tenant.path}/external-id/rotation`);
  expect((await read()).rotations).toEqual({ running: 0, connectionsToMove: 0 });
  await service.admin.post(`${tenant.path}/external-id/rotation`);
  await service.admin.patch(tenant.path, { status: 'suspended' });
  expect((await read()).tenants).toEqual({ active: 0, suspended: 1, offboarded: 0 });
  await service.admin.delete(tenant.path);
  expect(await read()).toMatchObject({
    tenants: { active: 0, suspended: 0, offboarded: 1 },
    connections: { verified: 0, disabled: 1 },
    rotations: { running: 0, connectionsToMove: 0 },
  });
  expect(await readFleetCounts(service.deps.database)).toEqual(await countRows());
});

/** Statements that change what is counted, each for a random tenant `$1` or its connections. */
const CHANGES = [
  `INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, created_at, updated_at)
     VALUES ($2, $1, 'arn:aws:iam::111111111111:role/' || $2, '111111111111', 'aws', now(), now())`,
  `UPDATE connections SET status = 'verified', verified_external_id_id = (SELECT id FROM external_ids
     WHERE tenant_id = $1 AND state <> 'retired' ORDER BY random() LIMIT 1) WHERE tenant_id = $1 AND $2 <> '' AND random() < 0.5`,
  `UPDATE connections SET status = (ARRAY['pending', 'insecure', 'unreachable', 'disabled'])[1 + (random() * 3)::int]
     WHERE tenant_id = $1 AND $2 <> '' AND random() < 0.5`,
  `DELETE FROM connections WHERE tenant_id = $1 AND $2 <> '' AND random() < 0.2`,
  `UPDATE connections SET legacy = random() < 0.5 WHERE tenant_id = $1 AND $2 <> '' AND random() < 0.5`,
  `UPDATE tenants SET status = CASE WHEN random() < 0.5 THEN 'active' ELSE 'suspended' END WHERE id = $1 AND $2 <> ''`,
  `INSERT INTO external_ids (tenant_id, state) SELECT $1, 'successor' WHERE $2 <> ''`,
  `UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1 AND state = 'successor' AND $2 <> ''`,
  `WITH gone AS (UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1 AND state = 'current'
     AND EXISTS (SELECT FROM external_ids WHERE tenant_id = $1 AND state = 'successor') RETURNING id)
   SELECT id, $2::text FROM gone`,
];

/** Makes a few random changes in one transaction, and sometimes takes them back. Conflicts with others are expected. */
async function changeAtRandom(client: pg.Client, tenants: readonly string[]): Promise<boolean> {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(Math.random() * items.length)] as Item;
  const tenant = pick(tenants);
  try {
    await client.query('BEGIN');
    for (let i = 0; i < 3; i++) {
      await client.query(pick(CHANGES), [Math.random() < 0.8 ? tenant : pick(tenants), newId('connection')]);
      if (Math.random() < 0.2)
        await client.query(
          `UPDATE external_ids SET state = 'current' WHERE tenant_id = $1 AND state = 'successor'
           AND NOT EXISTS (SELECT FROM external_ids WHERE tenant_id = $1 AND state = 'current')`,
          [tenant],
        );
    }
    await client.query(Math.random() < 0.2 ? 'ROLLBACK' : 'COMMIT');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK');
    return false;
  }
}

test('the counts are exact after random changes of many concurrent transactions, also while they are compacted', async () => {
  const tenants = await Promise.all(Array.from({ length: 6 }, async () => (await createTenant(service)).id));
  let committed = 0;
  let running = true;
  const change = async (): Promise<void> => {
    const client = new pg.Client(service.database.ownerUrl);
    await client.connect();
    await client.query("SET deadlock_timeout = '20ms'");
    for (let i = 0; i < 80; i++) if (await changeAtRandom(client, tenants)) committed++;
    await client.end();
  };
  const compact = async (): Promise<void> => {
    while (running) await compactFleetCounts(service.deps);
  };
  const compacting = [compact(), compact()];
  await Promise.all(Array.from({ length: 6 }, change));
  running = false;
  await Promise.all(compacting);
  expect(committed).toBeGreaterThan(50);
  const counted = await countRows();
  expect(await readFleetCounts(service.deps.database)).toEqual(counted);
  await compactFleetCounts(service.deps);
  expect(await readFleetCounts(service.deps.database)).toEqual(counted);
  const { rows } = await service.queryAsOwner('SELECT count(*)::int AS count FROM fleet_count_changes');
  expect(rows[0].count).toBeLessThan(100);
});

test('the migration counts the rows that exist', async () => {
  const { ownerUrl, drop } = await createTestDatabase('template0');
  const before = await mkdtemp(path.join(tmpdir(), 'countersign-migrations-'));
  for (const name of await readdir(MIGRATIONS))
    if (name < '20261126190000')
      await cp(path.join(MIGRATIONS, name), path.join(before, name), { recursive: true });
  await migrate({ ownerUrl, directory: before, log: () => undefined });
  const rows = `INSERT INTO tenants (id, name, status, created_at, updated_at) VALUES
      ('${newId('tenant')}', 'a', 'active', now(), now()), ('${newId('tenant')}', 'b', 'suspended', now(), now());
    INSERT INTO external_ids (tenant_id, state) SELECT id, state FROM tenants, unnest('{current,successor}'::text[]) state
      WHERE name = 'a' OR state = 'current';
    INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, status, verified_external_id_id, legacy, created_at, updated_at)
      SELECT 'connection_' || lpad(n::text, 26, '0'), e.tenant_id, 'arn:aws:iam::111111111111:role/' || n, '111111111111', 'aws',
        status, CASE status WHEN 'verified' THEN e.id END, status <> 'verified', now(), now()
      FROM unnest('{pending,verified,verified,disabled}'::text[]) WITH ORDINALITY s (status, n),
        (SELECT id, tenant_id FROM external_ids ORDER BY id LIMIT 1) e`;
  await queryOnce(ownerUrl, rows);
  await migrate({ ownerUrl, directory: MIGRATIONS, log: () => undefined });
  const database = openDatabase({ url: await prepareServiceRole(ownerUrl), poolSize: 2 });
  expect(await readFleetCounts(database)).toEqual({
    tenants: { active: 1, suspended: 1, offboarded: 0 },
    connections: { pending: 1, verified: 2, insecure: 0, unreachable: 0, disabled: 1 },
    rotations: { running: 1, connectionsToMove: 2 },
    legacy: { toMove: 1 },
  });
  await database.close();
  await drop();
  await rm(before, { recursive: true });
});

test('the service can neither write the counters nor remove changes', async () => {
  for (const privilege of ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) {
    const { rows } = await queryOnce(
      service.database.ownerUrl,
      `SELECT has_table_privilege('countersign_service', 'fleet_count_changes', '${privilege}') AS may`,
    );
    expect(rows[0].may, privilege).toBe(false);
  }
});
