import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createKey,
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { readConfig } from '../config/config.ts';
import { deleteExpiredRows } from './delete-expired-rows.ts';
import { type RetentionRule, retentionRules } from './retention-rule.ts';

/** Rows of each kind: more than a batch, and enough for the planner to prefer an index. */
const EXPIRED = 2_500;
const LIVING = 2_500;

const RULES = retentionRules(readConfig('sandbox', {}));

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService();
  tenant = await createTenant(service);
});
afterAll(() => service?.close());

/** Statements that insert rows numbered $1 to $2, whose time is $3, for the tenant $4. */
const ID = "lpad(n::text, 26, '0')";
const HASH = "sha256(convert_to(n::text, 'UTF8'))";
const SERIES = 'generate_series($1::int, $2::int) n';
const INSERTS: Record<string, string> = {
  'tenant tokens': `INSERT INTO api_keys (id, name, role, origin, hash, tenant_id, created_at, expires_at)
    SELECT 'key_' || ${ID}, 'token', 'tenant', 'tenant_token', ${HASH}, $4, $3, $3 FROM ${SERIES}`,
  'connect links': `INSERT INTO connect_links (id, tenant_id, hash, created_at, expires_at)
    SELECT 'link_' || ${ID}, $4, ${HASH}, $3::timestamptz - interval '1 hour', $3 FROM ${SERIES}`,
  'sessions of the hosted page': `WITH link AS (
      INSERT INTO connect_links (id, tenant_id, hash, created_at, expires_at)
      VALUES ('link_' || lpad((100000 + $1::int)::text, 26, '0'), $4, sha256(int4send($1::int)), $3, 'infinity') RETURNING id)
    INSERT INTO connect_sessions (hash, tenant_id, link_id, created_at, expires_at)
    SELECT ${HASH}, $4, link.id, $3, $3 FROM link, ${SERIES}`,
  'sessions of the console': `INSERT INTO console_sessions (hash, subject, name, method, role, created_at, last_seen_at, ends_at)
    SELECT ${HASH}, 'somebody', $4, 'oidc', 'support', $3, $3, $3 FROM ${SERIES}`,
  'used sign-ins': `INSERT INTO used_sign_ins (state_hash, used_at)
    SELECT ${HASH}, $3 FROM ${SERIES} WHERE $4::text IS NOT NULL`,
  'idempotency keys': `INSERT INTO idempotency_keys (api_key_id, key, request_hash, created_at)
    SELECT $4, n::text, ${HASH}, $3 FROM ${SERIES}`,
  'rate limits': `INSERT INTO rate_limits (tenant_id, action, theoretical_arrival_at)
    SELECT $4, n::text, $3 FROM ${SERIES}`,
  'verification runs': `INSERT INTO verification_runs (id, tenant_id, actor, created_at, due_at, finished_at)
    SELECT 'run_' || ${ID}, $4, '{}', $3, $3, $3 FROM ${SERIES}`,
  'token revocations': `INSERT INTO token_revocations (id, identity, issued_before, created_at)
    SELECT 'revocation_' || ${ID}, $4, $3, $3 FROM ${SERIES}`,
  events: `WITH feed AS (UPDATE event_feed SET last_position = 1 + $2::int)
    INSERT INTO events (id, position, type, at, tenant_id, data)
    SELECT 'event_' || ${ID}, n, 'tenant.created', $3, $4, '{}' FROM ${SERIES}`,
};

/** The times just before and just after the end of the retention. */
function timesAround({ retentionHours }: RetentionRule): { expired: Date; living: Date } {
  const endMs = service.clock.now().getTime() - retentionHours * 3_600_000;
  return { expired: new Date(endMs - 1000), living: new Date(endMs + 1000) };
}

async function countRows({
  table,
  column,
  condition = 'true',
}: RetentionRule): Promise<Record<string, number>> {
  const { rows } = await service.queryAsOwner(
    `SELECT ${column} AS at, count(*)::int AS n FROM ${table} WHERE ${condition} GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ at, n }) => [at instanceof Date ? at.toISOString() : at, n]));
}

test('every rule is tested', () => {
  expect(Object.keys(INSERTS).sort()).toEqual(RULES.map(({ name }) => name).sort());
});

describe.each(RULES.map((rule) => ({ name: rule.name, rule })))('$name', ({ name, rule }) => {
  test('that expired are deleted, found by an index, and all others stay', async () => {
    const { expired, living } = timesAround(rule);
    const insert = INSERTS[name] as string;
    await service.queryAsOwner(insert, [1, EXPIRED, expired, tenant.id]);
    await service.queryAsOwner(insert, [EXPIRED + 1, EXPIRED + LIVING, living, tenant.id]);
    await service.queryAsOwner(`ANALYZE ${rule.table}`);
    const { table, column, condition = 'true' } = rule;
    const plan = await service.queryAsOwner(
      `EXPLAIN SELECT ctid FROM ${table} WHERE ${condition} AND ${column} < '${expired.toISOString()}'
       ORDER BY ${column} LIMIT 100`,
    );
    expect(JSON.stringify(plan.rows)).toMatch(/Index (Only )?Scan/);
    const before = await countRows(rule);
    expect(before[expired.toISOString()]).toBe(EXPIRED);
    expect(await deleteExpiredRows(service.deps, rule)).toBe(EXPIRED);
    const { [expired.toISOString()]: _, ...others } = before;
    expect(await countRows(rule)).toEqual(others);
    expect(await deleteExpiredRows(service.deps, rule)).toBe(0);
  });
});

test('two replicas delete the same rows at once without an error', async () => {
  const rule = RULES.find(({ name }) => name === 'idempotency keys') as RetentionRule;
  const { expired } = timesAround(rule);
  await service.queryAsOwner(INSERTS[rule.name] as string, [100_001, 101_000, expired, tenant.id]);
  const counts = await Promise.all([1, 2, 3].map(() => deleteExpiredRows(service.deps, rule)));
  const rest = await deleteExpiredRows(service.deps, rule);
  expect(counts.reduce((sum, count) => sum + count, rest)).toBe(1000);
});

test("a tenant's token is not in the list of keys, and its end is the only thing that deletes it", async () => {
  const { body: created } = await service.admin.post(`${tenant.path}/tokens`, {});
  const other = await createKey(service, { role: 'tenant', tenantId: tenant.id });
  const { body } = await service.admin.get('/v1/api-keys?limit=200');
  const names = body.data.map(({ name }: { name: string }) => name);
  expect(names.filter((name: string) => name.startsWith('token of'))).toEqual([]);
  expect(body.data.map(({ id }: { id: string }) => id)).toContain(other.id);
  expect((await service.as(created.token).get(tenant.path)).status).toBe(200);
});

test("the service's database role cannot delete a key that the vendor created", async () => {
  const { id } = await createKey(service, { role: 'worker' });
  const deletion = service.deps.database.query({
    name: 'delete_key',
    text: 'DELETE FROM public.api_keys WHERE id = $1',
    values: [id],
  });
  await expect(deletion).rejects.toThrow('only tokens of tenants are deleted');
});

test('the list of keys stays fast among thousands of tokens', async () => {
  const { expired } = timesAround({ retentionHours: -24 } as RetentionRule);
  await service.queryAsOwner(INSERTS['tenant tokens'] as string, [200_001, 210_000, expired, tenant.id]);
  await service.queryAsOwner('ANALYZE api_keys');
  const plan = await service.queryAsOwner(
    'EXPLAIN SELECT id FROM api_keys WHERE origin <> $1 AND id > $2 ORDER BY id LIMIT 51',
    ['tenant_token', 'key_0'],
  );
  expect(JSON.stringify(plan.rows)).toContain('api_keys_listed');
});
