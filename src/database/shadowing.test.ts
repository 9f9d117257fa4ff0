import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/harness/database.ts';
import { createConnectedTenant, startTestService, type TestService } from '../../test/harness/service.ts';
import { hashApiKey } from '../access/api-key.ts';
import { createTargetLookups } from '../credentials/target/target-lookups.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrations/migrate.ts';
import { prepareServiceRole } from './service-role.ts';

const SOURCES = path.join(import.meta.dirname, '..');
const MIGRATIONS = path.join(SOURCES, '..', 'prisma', 'migrations');
const FORGED = '11111111-1111-4111-8111-11111111111a';
/** Tables that only the migrations and the sealing function read. */
const UNREADABLE = ['schema_compatibility', 'audit_month'];

let service: TestService;
let url: string;

beforeAll(async () => {
  service = await startTestService();
  url = await prepareServiceRole(service.database.ownerUrl);
});
afterAll(() => service.close());

/** The tables that the migrations create in the schema public. */
function tableNames(): string[] {
  const sql = readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8'))
    .join('\n');
  return [...sql.matchAll(/^CREATE TABLE (?:public\.)?(\w+)/gm)].map(([, name]) => name as string);
}

describe('a temporary table with the name of a service table', () => {
  test('does not change the external ID that is sent to AWS', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    // With one connection, all statements share a session. The service role may create temporary tables in a copied database.
    const pool = openDatabase({ url, poolSize: 1 });
    try {
      for (const table of tableNames().filter((name) => !UNREADABLE.includes(name))) {
        const values = table === 'external_ids' ? `, '${FORGED}'::uuid AS value` : '';
        const columns = table === 'external_ids' ? 'id, tenant_id, state' : '*';
        const text = `CREATE TEMPORARY TABLE ${table} AS SELECT ${columns}${values} FROM public.${table}`;
        await pool.query({ name: `shadow ${table}`, text, values: [] });
      }
      const forged = await pool.query({
        name: 'seen',
        text: 'SELECT DISTINCT value FROM external_ids',
        values: [],
      });
      expect(forged).toEqual([{ value: FORGED }]);
      const lookups = createTargetLookups(pool);
      const request = { tenantId: tenant.id, connectionId: connection.id };
      const apart = await lookups.connectionLookup({ ...request, profile: null });
      expect(apart?.verifiedExternalId?.value).toBe(tenant.externalId);
      const { target } = await lookups.keyAndTargetLookup({ ...request, hash: hashApiKey(service.adminKey) });
      expect(target?.verifiedExternalId?.value).toBe(tenant.externalId);
    } finally {
      await pool.close();
    }
  });

  test('is not used by any statement, because each names the schema', () => {
    const names = tableNames().join('|');
    expect(names).toMatch(/external_ids/);
    const unqualified = new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\\s+(?:ONLY\\s+)?"?(?:${names})\\b`);
    const found = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => /\.ts$/.test(file) && !/\.(test|fixture)\.ts$/.test(file) && !file.includes('generated'),
      )
      .flatMap((file) =>
        readFileSync(path.join(SOURCES, file), 'utf8')
          .split('\n')
          .filter((line) => unqualified.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  });

  test('cannot be created by the service in a migrated database', async () => {
    const database = await createTestDatabase('template0');
    const client = new pg.Client(database.ownerUrl);
    await client.connect();
    try {
      await migrate({ ownerUrl: database.ownerUrl, directory: MIGRATIONS, log: () => undefined });
      await client.query('SET ROLE countersign_service');
      await expect(client.query('CREATE TEMPORARY TABLE external_ids (value uuid)')).rejects.toMatchObject({
        code: '42501',
      });
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
