import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareServiceRole } from '../../src/database/service-role.ts';
import { newId } from '../../src/lib/ids.ts';
import { createTenant, type TestService } from '../harness/service.ts';
import { CHOSEN_ID, fillPlaceholders, readExternalIds, type Setup, startSetup } from './setup.fixture.ts';

let setup: Setup;
let service: TestService;
let serviceRole: pg.Client;

beforeAll(async () => {
  setup = await startSetup();
  ({ service } = setup);
  serviceRole = await connectAsServiceRole();
});
afterAll(async () => {
  await serviceRole?.end();
  await setup?.close();
});

async function connectAsServiceRole(): Promise<pg.Client> {
  const client = new pg.Client(await prepareServiceRole(service.database.ownerUrl));
  await client.connect();
  return client;
}

/** Statements with which the service's own database role could try to set a value: `T` is the tenant's ID, `V` the value. */
const ATTEMPTS: [string, string][] = [
  ['insert with a value', `INSERT INTO external_ids (tenant_id, state, value) VALUES (T, 'successor', V)`],
  ['insert as a whole row', `INSERT INTO external_ids VALUES (DEFAULT, T, V, 'successor', now(), NULL)`],
  [
    'insert with an id',
    `INSERT INTO external_ids (id, tenant_id, state) OVERRIDING SYSTEM VALUE VALUES (1, T, 'successor')`,
  ],
  [
    'insert with a time',
    `INSERT INTO external_ids (tenant_id, state, issued_at) VALUES (T, 'successor', now())`,
  ],
  ['update of the value', `UPDATE external_ids SET value = V WHERE tenant_id = T`],
  ['update of the tenant', `UPDATE external_ids SET tenant_id = T`],
  ['update of a time', `UPDATE external_ids SET issued_at = now()`],
  ['update of a tombstone', `UPDATE external_ids SET retired_at = NULL`],
  ['update from a join', `UPDATE external_ids e SET value = V FROM tenants t WHERE t.id = e.tenant_id`],
  ['delete', `DELETE FROM external_ids WHERE tenant_id = T`],
  ['truncate', 'TRUNCATE external_ids CASCADE'],
  ['copy', 'COPY external_ids (tenant_id, state, value) FROM STDIN'],
  ['copy of a file', `COPY external_ids FROM '/dev/null'`],
  ['copy of a program', `COPY external_ids FROM PROGRAM 'true'`],
  [
    'upsert',
    `INSERT INTO external_ids (tenant_id, state) VALUES (T, 'current')
     ON CONFLICT (tenant_id) WHERE state = 'current' DO UPDATE SET value = V`,
  ],
  [
    'merge',
    `MERGE INTO external_ids e USING (SELECT T AS t) s ON e.tenant_id = s.t WHEN MATCHED THEN UPDATE SET value = V`,
  ],
  ['deletion of a tenant', `DELETE FROM tenants WHERE id = T`],
  ['another ID of a tenant', `UPDATE tenants SET id = '${newId('tenant')}' WHERE id = T`],
  ['disabling the triggers', 'ALTER TABLE external_ids DISABLE TRIGGER ALL'],
  ['disabling user triggers', 'ALTER TABLE external_ids DISABLE TRIGGER USER'],
  ['dropping the trigger', 'DROP TRIGGER external_ids_issue ON external_ids'],
  [
    'a trigger of its own',
    'CREATE TRIGGER z BEFORE INSERT ON external_ids EXECUTE FUNCTION external_ids_issue()',
  ],
  ['a rule', 'CREATE RULE r AS ON INSERT TO external_ids DO INSTEAD NOTHING'],
  ['a replication session', 'SET session_replication_role = replica'],
  ['a default of its own', 'ALTER TABLE external_ids ALTER COLUMN value SET DEFAULT V'],
  ['dropping uniqueness', 'ALTER TABLE external_ids DROP CONSTRAINT external_ids_value_key'],
  ['dropping the table', 'DROP TABLE external_ids CASCADE'],
  [
    'a new issuing function',
    `CREATE OR REPLACE FUNCTION external_ids_issue() RETURNS trigger LANGUAGE sql AS ''`,
  ],
  ['another search path of it', 'ALTER FUNCTION external_ids_issue() SET search_path = public'],
  [
    'gen_random_uuid in public',
    `CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT V::uuid $$`,
  ],
  [
    'gen_random_uuid in pg_catalog',
    `CREATE OR REPLACE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT V::uuid $$`,
  ],
  ['a schema of its own', 'CREATE SCHEMA mine'],
  ['becoming a superuser', 'ALTER ROLE countersign_service SUPERUSER'],
];

describe("the service's own database role", () => {
  test.each(ATTEMPTS)('is denied: %s', async (_, sql) => {
    const before = await readExternalIds(service);
    await expect(serviceRole.query(fillPlaceholders(sql, setup.tenant))).rejects.toMatchObject({
      code: '42501',
    });
    expect(await readExternalIds(service)).toEqual(before);
  });

  test('cannot grant itself more privileges', async () => {
    await serviceRole.query('GRANT ALL ON external_ids TO countersign_service');
    const { rows } = await serviceRole.query(`SELECT
      has_column_privilege('external_ids', 'value', 'INSERT') AS may_insert,
      has_column_privilege('external_ids', 'value', 'UPDATE') AS may_update,
      has_table_privilege('external_ids', 'DELETE, TRUNCATE, TRIGGER') AS may_more`);
    expect(rows).toEqual([{ may_insert: false, may_update: false, may_more: false }]);
  });

  test('cannot replace the random function by one of its own session', async () => {
    const fresh = await createTenant(service);
    const client = await connectAsServiceRole();
    try {
      await client
        .query(
          `CREATE FUNCTION pg_temp.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT '${CHOSEN_ID}'::uuid $$`,
        )
        .catch(() => undefined);
      await client.query('SET search_path = pg_temp, public, pg_catalog');
      const { rows } = await client.query(
        `INSERT INTO public.external_ids (tenant_id, state) VALUES ($1, 'successor') RETURNING value`,
        [fresh.id],
      );
      expect(rows[0].value).not.toBe(CHOSEN_ID);
    } finally {
      await client.end();
    }
  });

  test('cannot reactivate a tombstone, nor retire the current external ID', async () => {
    const fresh = await createTenant(service);
    await serviceRole.query(`INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'successor')`, [
      fresh.id,
    ]);
    await serviceRole.query(
      `UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1 AND state = 'successor'`,
      [fresh.id],
    );
    const before = await readExternalIds(service);
    for (const state of ['current', 'successor']) {
      const reactivated = serviceRole.query(
        `UPDATE external_ids SET state = $2 WHERE tenant_id = $1 AND state = 'retired'`,
        [fresh.id, state],
      );
      await expect(reactivated).rejects.toMatchObject({ code: '23001' });
    }
    for (const state of ['retired', 'successor']) {
      const retired = serviceRole.query(
        `UPDATE external_ids SET state = $2 WHERE tenant_id = $1 AND state = 'current'`,
        [fresh.id, state],
      );
      await expect(retired).rejects.toMatchObject({ code: '23001' });
    }
    expect(await readExternalIds(service)).toEqual(before);
  });
});
