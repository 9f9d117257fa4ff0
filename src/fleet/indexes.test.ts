import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../test/harness/service.ts';
import { type RecordedStatement, recordStatements } from '../../test/previous-version/recorder.ts';

const ROWS = 20_000;
/** A page of 50 rows, of each of five statuses, and what belongs to them. */
const MAX_ROWS_READ = 600;
const LARGE_TABLES = ['tenants', 'connections', 'external_ids', 'audit_events'];

let service: TestService;
let client: pg.Client;

/** IDs that can be computed from a number. */
const idOf = (type: string, number: number): string => `${type}_${String(number).padStart(26, '0')}`;
const AT = '2026-11-26T12:';
const VERIFICATION = JSON.stringify({
  outcome: 'not_assumable',
  checkedAt: `${AT}00:00.000Z`,
  checks: [],
  explanation: 'Example',
  nextSteps: [],
});

beforeAll(async () => {
  service = await startTestService();
  client = new pg.Client(service.database.ownerUrl);
  await client.connect();
  // Without triggers, which would take most of the time. A tenth of the connections is not verified, or elsewhere.
  await client.query(`
    SET session_replication_role = replica;
    INSERT INTO access_profiles (id, name, max_duration_seconds, created_at, updated_at)
      VALUES ('${idOf('profile', 1)}', 'rare', 3600, now(), now());
    INSERT INTO tenants (id, name, reference, created_at, updated_at)
      SELECT 'tenant_' || lpad(n::text, 26, '0'), 'Customer ' || n, 'ref-' || n, now(), now() FROM generate_series(1, ${ROWS}) n;
    INSERT INTO external_ids (tenant_id, state) SELECT id, 'current' FROM tenants ORDER BY id;
    INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, profile, status, verified_external_id_id,
        last_checked_at, last_verification, created_at, updated_at)
      SELECT 'connection_' || lpad(n::text, 26, '0'), e.tenant_id,
        format('arn:%s:iam::%s:role/Role', p, 100000000000 + n), 100000000000 + n, p, CASE n % 100 WHEN 0 THEN 'rare' END,
        CASE n % 10 WHEN 0 THEN 'unreachable' ELSE 'verified' END, e.id, now() - n * interval '1 second', '${VERIFICATION}', now(), now()
      FROM (SELECT row_number() OVER (ORDER BY id) AS n, id, tenant_id FROM external_ids) e,
        LATERAL (SELECT CASE WHEN n % 50 = 0 THEN 'aws-cn' ELSE 'aws' END AS p) partition;
    INSERT INTO audit_events (position, body, id, action, at, connection_id, chain, sequence, previous_hash, hash)
      SELECT n, format('{"action":"%s","actor":{"type":"system","id":null,"name":"test"},"outcome":"success","at":"${AT}%s:%s.000Z","detail":{"connectionId":"%s"},"id":"%s","tenantId":"%s"}',
          action, lpad((n / 600)::text, 2, '0'), lpad((n / 10 % 60)::text, 2, '0'), connection, id, chain),
        id, action, format('${AT}%s:%s.000Z', lpad((n / 600)::text, 2, '0'), lpad((n / 10 % 60)::text, 2, '0')), connection, chain, n, '', ''
      FROM generate_series(1, ${ROWS}) n, LATERAL (SELECT 'event_' || lpad(n::text, 26, '0') AS id,
        'tenant_' || lpad((n % 100)::text, 26, '0') AS chain, 'connection_' || lpad((n % 1000)::text, 26, '0') AS connection,
        CASE n % 200 WHEN 0 THEN 'tenant.updated' ELSE 'credentials.issued' END AS action) event;
    SET session_replication_role = origin`);
  await client.query('VACUUM (ANALYZE) tenants, external_ids, connections, audit_events');
});
afterAll(async () => {
  await client?.end();
  await service?.close();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** The scans of large tables in the plan with which a statement runs. */
async function scansOf({ text, values }: RecordedStatement): Promise<PlanNode[]> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
  return nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter((node) =>
    LARGE_TABLES.includes(node['Relation Name'] ?? ''),
  );
}

const rowsRead = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

/** Sends a request and returns the scans of large tables that it causes. */
async function scansFor(path: string): Promise<PlanNode[]> {
  const recording = recordStatements();
  const { status, body } = await service.admin.get(path);
  recording.stop();
  expect({ status, body: status === 200 || body }).toEqual({ status: 200, body: true });
  const selects = recording.statements.filter(({ text }) => /^\s*(SELECT|WITH)\b/i.test(text));
  const scans: PlanNode[] = [];
  for (const select of selects) scans.push(...(await scansOf(select)));
  return scans;
}

const EXTERNAL_ID = '%EXTERNAL_ID%';
const tenant = idOf('tenant', 50);
const connection = idOf('connection', 150);
const since = encodeURIComponent(`${AT}10:00.000Z`);
const until = encodeURIComponent(`${AT}10:05.000Z`);
const old = encodeURIComponent(new Date(Date.now() - ROWS * 800).toISOString());
const roleArn = encodeURIComponent('arn:aws:iam::100000000007:role/ROLE');

describe('with many rows, no more are read than belong to the response, and all by an index:', () => {
  test.each([
    '/v1/fleet',
    '/v1/connections',
    '/v1/connections?status=unreachable',
    '/v1/connections?status=insecure',
    '/v1/connections?accountId=100000000007',
    `/v1/connections?roleArn=${roleArn}`,
    `/v1/connections?externalId=${EXTERNAL_ID}`,
    '/v1/connections?profile=rare',
    '/v1/connections?profile=rare&status=verified',
    '/v1/connections?partition=aws-cn',
    '/v1/connections?partition=aws-cn&status=verified',
    '/v1/connections?partition=aws-iso',
    '/v1/connections?legacy=true',
    `/v1/connections?verifiedBefore=${old}`,
    `/v1/connections?verifiedBefore=${old}&status=unreachable`,
    '/v1/search?q=100000000007',
    `/v1/search?q=${roleArn}`,
    '/v1/search?q=arn:aws:sts::100000000007:assumed-role/Role/session',
    `/v1/search?q=${EXTERNAL_ID}`,
    `/v1/search?q=${tenant}`,
    `/v1/search?q=${connection}`,
    `/v1/search?q=${idOf('event', 7)}`,
    '/v1/search?q=ref-777',
    '/v1/search?q=c',
    '/v1/search?q=customer%20777',
    '/v1/search?q=nobody',
    '/v1/tenants?reference=ref-777',
    '/v1/tenants?status=active',
    '/v1/tenants?status=suspended',
    '/v1/audit-events',
    `/v1/audit-events?tenantId=${tenant}`,
    '/v1/audit-events?action=tenant.updated',
    `/v1/audit-events?connectionId=${connection}`,
    `/v1/audit-events?since=${since}&until=${until}`,
    `/v1/audit-events?until=${until}`,
    `/v1/audit-events?tenantId=${tenant}&since=${since}&until=${until}`,
    `/v1/audit-events?connectionId=${connection}&until=${until}`,
    `/v1/audit-events?action=tenant.updated&until=${until}`,
    `/v1/audit-events?action=tenant.updated&connectionId=${connection}&tenantId=${tenant}&since=${since}`,
    `/v1/audit-events?cursor=${Buffer.from(idOf('event', 9_000)).toString('base64url')}`,
  ])('%s', async (path) => {
    const { rows } = await client.query('SELECT value FROM external_ids WHERE tenant_id = $1', [tenant]);
    const scans = await scansFor(path.replace(EXTERNAL_ID, rows[0].value));
    expect(scans.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(scans.reduce((total, node) => total + rowsRead(node), 0)).toBeLessThan(MAX_ROWS_READ);
  });

  test('a statement without an index is noticed', async () => {
    const statement = { text: "SELECT * FROM tenants WHERE metadata = '[]'", values: [] };
    const scans = await scansOf(statement as unknown as RecordedStatement);
    expect(scans.map((node) => node['Node Type'])).toEqual(['Seq Scan']);
    expect(scans.map(rowsRead)).toEqual([ROWS]);
  });
});
