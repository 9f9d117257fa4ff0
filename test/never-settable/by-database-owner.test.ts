import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { createTenant, type TestConnection, type TestService, type TestTenant } from '../harness/service.ts';
import { CHOSEN_ID, fillPlaceholders, readExternalIds, type Setup, startSetup } from './setup.fixture.ts';

let setup: Setup;
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let otherTenant: TestTenant;

beforeAll(async () => {
  setup = await startSetup();
  ({ service, tenant, connection, otherTenant } = setup);
});
afterAll(() => setup?.close());

describe('the owner of the database', () => {
  test('gets another value than the one it inserts', async () => {
    const fresh = await createTenant(service);
    const { rows } = await service.queryAsOwner(
      `INSERT INTO external_ids (tenant_id, state, value, issued_at) VALUES ($1, 'successor', $2, 'epoch')
       RETURNING value, issued_at`,
      [fresh.id, CHOSEN_ID],
    );
    expect(rows[0].value).toMatch(/^[0-9a-f-]{36}$/);
    expect(rows[0].value).not.toBe(CHOSEN_ID);
    expect(rows[0].issued_at.getTime()).toBeGreaterThan(0);
  });

  test.each([
    ['update of the value', 'UPDATE external_ids SET value = V WHERE tenant_id = T'],
    ['update of the tenant', `UPDATE external_ids SET tenant_id = T WHERE tenant_id <> T`],
    ['update of its age', `UPDATE external_ids SET issued_at = 'epoch' WHERE tenant_id = T`],
    [
      'upsert',
      `INSERT INTO external_ids (tenant_id, state) VALUES (T, 'current')
       ON CONFLICT (tenant_id) WHERE state = 'current' DO UPDATE SET value = V`,
    ],
    ['delete', 'DELETE FROM external_ids WHERE tenant_id = T'],
    ['truncate', 'TRUNCATE external_ids CASCADE'],
    [
      'retiring the only ID',
      `UPDATE external_ids SET state = 'retired' WHERE tenant_id = T AND state = 'current'`,
    ],
    [
      'issuing a tombstone',
      `INSERT INTO external_ids (tenant_id, state, retired_at) VALUES (T, 'retired', now())`,
    ],
  ])('is rejected by a trigger: %s', async (_, sql) => {
    const before = await readExternalIds(service);
    await expect(service.queryAsOwner(fillPlaceholders(sql, tenant))).rejects.toMatchObject({
      code: '23001',
    });
    expect(await readExternalIds(service)).toEqual(before);
  });

  test('cannot give a tenant two current external IDs', async () => {
    const second = service.queryAsOwner(
      `INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'current')`,
      [tenant.id],
    );
    await expect(second).rejects.toMatchObject({ code: '23505' });
  });

  test('cannot create a tenant without an external ID', async () => {
    const bare = service.queryAsOwner(
      `INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, 'Bare', now(), now())`,
      [newId('tenant')],
    );
    await expect(bare).rejects.toMatchObject({ code: '23001' });
  });

  test("cannot point a connection at another tenant's external ID", async () => {
    const stolen = service.queryAsOwner(
      `UPDATE connections SET verified_external_id_id = (SELECT id FROM external_ids WHERE tenant_id = $1)
       WHERE id = $2`,
      [otherTenant.id, connection.id],
    );
    await expect(stolen).rejects.toMatchObject({ code: '23503' });
    const moved = service.queryAsOwner('UPDATE connections SET tenant_id = $1 WHERE id = $2', [
      otherTenant.id,
      connection.id,
    ]);
    await expect(moved).rejects.toMatchObject({ code: '23001' });
  });

  test('cannot insert a value twice even without triggers, not even the value of an offboarded tenant', async () => {
    const gone = await createTenant(service);
    expect((await service.admin.delete(gone.path)).status).toBe(204);
    const twice = service.queryAsOwner(`
      BEGIN;
      ALTER TABLE external_ids DISABLE TRIGGER ALL;
      INSERT INTO external_ids (tenant_id, state, value) VALUES ('${tenant.id}', 'successor', '${gone.externalId}');
      COMMIT`);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
    const { rows } = await service.queryAsOwner('SELECT state FROM external_ids WHERE value = $1', [
      gone.externalId,
    ]);
    expect(rows).toEqual([{ state: 'retired' }]);
  });
});
