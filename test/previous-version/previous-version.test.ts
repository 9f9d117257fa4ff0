// A replica of the previous version beside a database that this version migrated. docs/decisions/0015-rolling-upgrades.md
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareServiceRole } from '../../src/database/service-role.ts';
import { createTestDatabase } from '../harness/database.ts';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicyRequiring,
} from '../harness/service.ts';
import type { RecordedStatement } from './recorder.ts';

/** What the previous version sent while it played the scenario, recorded with its code. */
const STATEMENTS: RecordedStatement[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'statements.json'), 'utf8'),
);

const isRead = ({ text }: RecordedStatement): boolean => /^\s*(SELECT|WITH)\b/i.test(text);

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

const toValue = (value: RecordedStatement['values'][number]): string | Buffer | null =>
  value !== null && typeof value === 'object' ? Buffer.from(value.base64, 'base64') : value;

test('every statement of the previous version still does what it did', async () => {
  const database = await createTestDatabase();
  const url = await prepareServiceRole(database.ownerUrl);
  const clients = new Map<number, pg.Client>();
  try {
    for (const [index, statement] of STATEMENTS.entries()) {
      const { connection, name, text, values, columns, rowCount } = statement;
      const client = clients.get(connection) ?? (await connect(url));
      clients.set(connection, client);
      const result = await client.query({ ...(name && { name }), text, values: values.map(toValue) });
      const shape = { columns: result.fields.map((field) => field.name), rowCount: result.rowCount };
      expect(shape, `statement ${index}: ${text}`).toEqual({ columns, rowCount });
    }
  } finally {
    for (const client of clients.values()) await client.end();
    await database.drop();
  }
  expect(STATEMENTS.filter((statement) => !isRead(statement)).length).toBeGreaterThan(50);
});

const VERIFICATION = JSON.stringify({
  outcome: 'verified',
  checkedAt: '2026-01-01T00:00:00.000Z',
  checks: [],
  explanation: '',
  nextSteps: [],
});

describe('while both versions serve,', () => {
  let service: TestService;
  let previous: pg.Client;

  beforeAll(async () => {
    service = await startTestService();
    previous = await connect(await prepareServiceRole(service.database.ownerUrl));
  });
  afterAll(async () => {
    await previous?.end();
    await service?.close();
  });

  /** The first recorded statement with this name or beginning. */
  function recorded(start: string): string {
    const statement = STATEMENTS.find(({ name, text }) => name === start || text.startsWith(start));
    if (!statement) throw new Error(`the recording has no statement ${start}`);
    return statement.text;
  }

  /** The external ID that the previous version would assume the role with; null: it would not. */
  async function externalIdInUse(tenantId: string, connectionId: string): Promise<string | null> {
    const values = [[tenantId], [connectionId], [null]];
    const { rows } = await previous.query(recorded('find_credential_targets'), values);
    return rows[0]?.connection_status === 'verified' ? rows[0].external_id : null;
  }

  /** Records a verification with the tenant's external ID in this state as the previous version does. */
  async function verifyByPrevious(tenantId: string, connectionId: string, state: string): Promise<void> {
    const { rows } = await service.queryAsOwner(
      'SELECT id FROM external_ids WHERE tenant_id = $1 AND state = $2',
      [tenantId, state],
    );
    const now = service.clock.now();
    const update = recorded('UPDATE "public"."connections" SET "status" = $1, "last_checked_at"');
    await previous.query(update, ['verified', now, rows[0].id, VERIFICATION, now, connectionId]);
  }

  test('the previous version issues for a connection that this one verified', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    expect(await externalIdInUse(tenant.id, connection.id)).toBe(tenant.externalId);
    await service.admin.patch(connection.path, { disabled: true });
    expect(await externalIdInUse(tenant.id, connection.id)).toBeNull();
  });

  test('this version issues for a connection that the previous one verified', async () => {
    const tenant = await createTenant(service);
    const connection = await createConnection(service, tenant);
    await verifyByPrevious(tenant.id, connection.id, 'current');
    const { caller } = await createKey(service, { role: 'worker' });
    expect((await caller.post(`${connection.path}/credentials`)).status).toBe(200);
    expect(await externalIdInUse(tenant.id, connection.id)).toBe(tenant.externalId);
  });

  test('a rotation that one of them starts moves with the verifications of the other', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const { body } = await service.admin.post(`${tenant.path}/external-id/rotation`);
    const successor = body.rotation.externalId;
    await putRole(service.aws, trustPolicyRequiring(successor), { name: connection.roleName, exists: true });
    await verifyByPrevious(tenant.id, connection.id, 'successor');
    const completed = await service.admin.post(`${tenant.path}/external-id/rotation/complete`);
    expect(completed).toMatchObject({ status: 200, body: { externalId: successor } });
    expect(await externalIdInUse(tenant.id, connection.id)).toBe(successor);
    const { caller } = await createKey(service, { role: 'worker' });
    expect((await caller.post(`${connection.path}/credentials`)).status).toBe(200);
  });
});
