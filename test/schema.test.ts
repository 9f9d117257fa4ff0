import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { retentionRules } from '../src/retention/retention-rule.ts';
import { createTestDatabase, queryOnce } from './harness/database.ts';

/** Maps `table.column` to its PostgreSQL type, with `?` if the column is nullable. */
type Columns = Record<string, string>;

const TYPES: Record<string, string> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Float: 'double precision',
  Json: 'jsonb',
  Bytes: 'bytea',
  DateTime: 'timestamp with time zone',
};

/** Reads the columns that schema.prisma describes. Relation fields have no column. */
function columnsOfSchema(schema: string): Columns {
  const columns: Columns = {};
  for (const [, body = ''] of schema.matchAll(/^model \w+ \{([\s\S]*?)^\}/gm)) {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    for (const line of body.split('\n')) {
      const [, field, type = '', mark] = /^\s+(\w+)\s+(\w+)(\?|\[\])?(?:\s|$)/.exec(line) ?? [];
      const base = line.includes('@db.Uuid') ? 'uuid' : line.includes('@db.Date') ? 'date' : TYPES[type];
      if (!field || !base) continue;
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      columns[`${table}.${column}`] = base + (mark === '[]' ? '[]' : (mark ?? ''));
    }
  }
  return columns;
}

/** Only the previous version uses them; a later version removes them. This one must not read them, or it could not run beside that one. */
const COLUMNS_OF_THE_PREVIOUS_VERSION = ['connections.proven_external_id_id'];

async function columnsOfDatabase(url: string): Promise<Columns> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; type: string; nullable: boolean }>(
    `
    SELECT c.relname || '.' || a.attname AS name,
      regexp_replace(format_type(a.atttypid, a.atttypmod), '\\(\\d+\\)', '') AS type, NOT a.attnotnull AS nullable
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname NOT IN ('_prisma_migrations', 'schema_compatibility')
      AND c.relname || '.' || a.attname <> ALL ($1)`,
    [COLUMNS_OF_THE_PREVIOUS_VERSION],
  );
  await client.end();
  return Object.fromEntries(rows.map(({ name, type, nullable }) => [name, type + (nullable ? '?' : '')]));
}

test('schema.prisma describes exactly the columns that the migrations create', async () => {
  const database = await createTestDatabase();
  const migrated = await columnsOfDatabase(database.ownerUrl);
  await database.drop();
  const schema = readFileSync('prisma/schema.prisma', 'utf8');
  expect(Object.keys(migrated).length).toBeGreaterThan(40);
  expect(columnsOfSchema(schema)).toEqual(migrated);

  const drifted = schema.replace('name      String', 'name      Int').replace(/.*revokedAt.*\n/, '');
  expect(columnsOfSchema(drifted), 'the comparison can fail').not.toEqual(migrated);
});

/** The bound of each table, from the list in docs/operations.md. */
function boundsOf(guide: string): Map<string, string> {
  const bounds = new Map<string, string>();
  const list = /## What grows, and what bounds it\n([\s\S]*?)\n## /.exec(guide)?.[1] ?? '';
  for (const [, tables = '', bound = ''] of list.matchAll(/^\| (`.*?) \|.*\| (.*?) \|$/gm))
    for (const [, table = ''] of tables.matchAll(/`(\w+)`/g)) bounds.set(table, bound);
  return bounds;
}

test('docs/operations.md says what bounds each table, and which tables lose rows by their age', async () => {
  const database = await createTestDatabase();
  const { rows } = await queryOnce(
    database.ownerUrl,
    `SELECT relname AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  await database.drop();
  const bounds = boundsOf(readFileSync('docs/operations.md', 'utf8'));
  expect([...bounds.keys()].sort()).toEqual(rows.map(({ table }) => table).sort());
  for (const { table } of retentionRules(readConfig('sandbox', {})))
    expect(bounds.get(table), table).toContain('deleted');
});
