import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

test('test databases are migrated and isolated from each other', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new pg.Client(one.ownerUrl);
  const other = new pg.Client(two.ownerUrl);
  await Promise.all([client.connect(), other.connect()]);
  await client.query('create table only_here (id int)');
  const seen = await other.query(
    `select to_regclass('only_here') as here, count(*)::int as migrations from _prisma_migrations`,
  );
  await Promise.all([client.end(), other.end()]);
  await Promise.all([one.drop(), two.drop()]);
  expect(seen.rows[0].here).toBeNull();
  expect(seen.rows[0].migrations).toBeGreaterThan(0);
});
