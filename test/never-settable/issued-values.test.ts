import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXTERNAL_ID_PATTERN } from '../../src/external-ids/external-id.ts';
import { newId } from '../../src/lib/ids.ts';
import { createTenant, startTestService, type TestService } from '../harness/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

describe('an issued external ID', () => {
  test('is a unique lower-case UUID version 4 that contains a letter', async () => {
    const ids = Array.from({ length: 3_000 }, () => newId('tenant'));
    const { rows } = await service.queryAsOwner(
      `WITH made AS (
         INSERT INTO tenants (id, name, created_at, updated_at)
         SELECT id, 'Many', now(), now() FROM unnest($1::text[]) id RETURNING id)
       INSERT INTO external_ids (tenant_id, state) SELECT id, 'current' FROM made RETURNING value`,
      [ids],
    );
    const values = rows.map((row) => String(row.value));
    expect(new Set(values).size).toBe(ids.length);
    for (const value of values) {
      expect(value).toMatch(new RegExp(EXTERNAL_ID_PATTERN));
      expect(value.toUpperCase()).not.toBe(value);
    }
  });

  test('is generated again when it would contain no letter', async () => {
    const tenant = await createTenant(service);
    const client = new pg.Client(service.database.ownerUrl);
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`CREATE SEQUENCE attempts;
        CREATE OR REPLACE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
          SELECT CASE WHEN nextval('public.attempts') < 4 THEN '11111111-1111-4111-8111-111111111111'::uuid
                 ELSE '11111111-1111-4111-8111-11111111111a'::uuid END $$`);
      const { rows } = await client.query(
        `INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'successor') RETURNING value`,
        [tenant.id],
      );
      expect(rows[0].value).toBe('11111111-1111-4111-8111-11111111111a');
    } finally {
      await client.query('ROLLBACK');
      await client.end();
    }
  });
});
