import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CUSTOMER,
  putRole,
  startTestService,
  type TestService,
  trustPolicyRequiring,
  VENDOR,
} from '../../test/harness/service.ts';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { verifyDueConnections } from '../verification/verify-due-connections.ts';

/** The external ID that the roles of the customers had before. */
const OLD_ID = 'shared-by-all-customers-since-2019';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

interface Row {
  reference?: unknown;
  name?: unknown;
  roleArn?: unknown;
}

const arn = (name: string, account = CUSTOMER): string => `arn:aws:iam::${account}:role/${name}`;

const importRows = async (rows: readonly unknown[], query = '') =>
  (await service.admin.post(`/v1/imports${query}`, { rows })).body;

async function importCsv(text: string, query = '') {
  const response = await fetch(`${service.url}/v1/imports${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'text/csv' },
    body: text,
  });
  const body = (await response.json()) as { code?: string; data: Record<string, unknown>[] };
  return { status: response.status, body };
}

const writeCsv = (rows: readonly Row[]): string =>
  `reference,name,roleArn\n${rows
    .map(({ reference, name, roleArn }) =>
      [reference, name, roleArn].map((value) => `"${String(value).replaceAll('"', '""')}"`).join(','),
    )
    .join('\n')}`;

/** The content of all tables as text. */
async function dumpDatabase(): Promise<string> {
  const { rows } = await service.queryAsOwner(`SELECT string_agg(
    query_to_xml(format('SELECT * FROM public.%I', tablename), true, true, '')::text, '') AS dump
    FROM pg_tables WHERE schemaname = 'public'`);
  return rows[0].dump;
}

const getConnection = async (row: { tenantId: string; connectionId: string }) =>
  (await service.admin.get(`/v1/tenants/${row.tenantId}/connections/${row.connectionId}`)).body;

let number = 0;

/** Imports one customer, whose role requires the old external ID. */
async function importCustomer() {
  const roleName = `Legacy${++number}`;
  const row = {
    reference: `legacy-${number}`,
    name: `Legacy ${number}`,
    roleArn: await putRole(service.aws, trustPolicyRequiring(OLD_ID), { name: roleName }),
  };
  const { data } = await importRows([row]);
  const { tenantId, connectionId } = data[0];
  const changeRole = async (...externalIds: string[]) =>
    putRole(service.aws, trustPolicyRequiring(...externalIds), { name: roleName, exists: true });
  const verify = async () =>
    (await service.admin.post(`/v1/tenants/${tenantId}/connections/${connectionId}/verification`)).body;
  return { row, tenantId, connectionId, changeRole, verify };
}

/** Runs `bash` blocks of docs/migrating.md, as they are printed there, one after the other. */
async function runDocs(folder: string, from: number, to?: number): Promise<string> {
  const page = readFileSync('docs/migrating.md', 'utf8');
  const blocks = [...page.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const script = blocks.slice(from, to).join('\n');
  // Without --norc, bash would read ~/.bashrc, which may change the PATH.
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-eu', '-c', script], {
    cwd: folder,
    env: { ...process.env, COUNTERSIGN_URL: service.url, COUNTERSIGN_KEY: service.adminKey },
  });
  return stdout;
}

test('the steps of docs/migrating.md lead from a file to no customer who still has to change the role', async () => {
  const folder = temporaryFolder('migrating');
  const tried = await runDocs(folder, 0, 2);
  expect(tried).toContain('created: 2');
  expect(tried).toContain('row 3: invalid: An AWS account ID has 12 digits');
  const sent = await runDocs(folder, 2, 4);
  expect(sent.match(/\/connect\/csl_/g)).toHaveLength(3);
  const imported = [...sent.matchAll(/^customer-471\d,created,(tenant_\w+),(connection_\w+)$/gm)];
  expect(imported).toHaveLength(3);
  expect(await runDocs(folder, 5)).toMatch(/toMove: 3[\s\S]*"reference":"customer-4711"/);
  for (const [, tenantId = '', connectionId = ''] of imported) {
    const { externalId } = (await service.admin.get(`/v1/tenants/${tenantId}`)).body;
    const { accountId } = await getConnection({ tenantId, connectionId });
    await putRole(service.aws, trustPolicyRequiring(externalId), {
      name: 'VendorAccess',
      account: accountId,
    });
    await service.admin.post(`/v1/tenants/${tenantId}/connections/${connectionId}/verification`);
  }
  const end = await runDocs(folder, 4);
  expect(end).toContain('toMove: 0');
  expect(end.match(/"type":"connection.verified"/g)).toHaveLength(3);
});

test('creates for each row a tenant with an external ID of its own, and a pending legacy connection, with their audit events', async () => {
  const rows = ['one', 'two'].map((name) => ({ reference: `create-${name}`, name, roleArn: arn(name) }));
  const { dryRun, summary, data } = await importRows(rows);
  expect({ dryRun, summary }).toEqual({
    dryRun: false,
    summary: { created: 2, role_added: 0, unchanged: 0, conflict: 0, invalid: 0 },
  });
  const tenants = await Promise.all(
    data.map(
      async ({ tenantId }: { tenantId: string }) => (await service.admin.get(`/v1/tenants/${tenantId}`)).body,
    ),
  );
  expect(tenants).toMatchObject(rows.map(({ reference, name }) => ({ reference, name, status: 'active' })));
  expect(new Set(tenants.map(({ externalId }) => externalId)).size).toBe(2);
  for (const [index, row] of data.entries()) {
    expect(row).toMatchObject({
      row: index + 1,
      reference: rows[index]?.reference,
      outcome: 'created',
      legacy: true,
    });
    expect(await getConnection(row)).toMatchObject({
      roleArn: rows[index]?.roleArn,
      status: 'pending',
      legacy: true,
    });
    const { body } = await service.admin.get(`/v1/audit-events?tenantId=${row.tenantId}`);
    expect(body.data.map(({ action }: { action: string }) => action).sort()).toEqual([
      'connection.registered',
      'external_id.issued',
      'tenant.created',
    ]);
  }
});

test('each row has its own outcome and its reason, and a wrong one loses no other', async () => {
  const tenant = { reference: 'outcome-1', name: 'One', roleArn: arn('One') };
  const suspended = { reference: 'outcome-2', name: 'Two', roleArn: arn('Two') };
  const { data: created } = await importRows([tenant, suspended]);
  await service.admin.patch(`/v1/tenants/${created[1].tenantId}`, { status: 'suspended' });
  const { data } = await importRows([
    { ...tenant, name: 'Any name' },
    { ...tenant, roleArn: arn('Second') },
    { ...tenant, name: 'Another customer', roleArn: arn('Third') },
    { ...suspended, roleArn: arn('Fourth') },
    suspended,
    { reference: 'outcome-3', roleArn: arn('Five') },
    { reference: 'outcome-3', name: 'Three', roleArn: arn('Five', VENDOR) },
    { reference: 'outcome-3', name: 'Three', roleArn: CUSTOMER },
    'a text',
    { reference: 'outcome-3', name: 'Three', roleArn: arn('Five'), plan: 'x' },
    { reference: 'outcome-3', name: 'Three', roleArn: arn('Five') },
    { reference: 'outcome-3', name: 'Three', roleArn: arn('Five') },
  ]);
  const outcomes = data.map(
    ({ outcome, error }: { outcome: string; error?: { code: string; detail: string } }) =>
      error ? [outcome, error.code, error.detail] : [outcome],
  );
  expect(outcomes).toEqual([
    ['unchanged'],
    ['role_added'],
    ['conflict', 'conflict', expect.stringContaining('has another name and not this role')],
    ['conflict', 'tenant_not_active', expect.stringContaining('Reactivate it')],
    ['unchanged'],
    ['invalid', 'validation_failed', 'name is missing. Correct this row and send it again.'],
    ['invalid', 'role_not_allowed', expect.stringContaining('in an AWS account of Larkspur Monitoring')],
    ['invalid', 'validation_failed', expect.stringContaining('This is the ID of an account')],
    ['invalid', 'validation_failed', expect.stringContaining('must be an object')],
    ['invalid', 'validation_failed', expect.stringContaining('more than reference, name and roleArn')],
    ['created'],
    ['unchanged'],
  ]);
  expect(data[11]).toMatchObject({ tenantId: data[10].tenantId, connectionId: data[10].connectionId });
});

describe('an external ID of the customers', () => {
  const row = { reference: 'old-id', name: 'Old', roleArn: arn('Old') };

  test('is refused in every spelling, and is in no table, log line or answer', async () => {
    const answers: unknown[] = [];
    for (const key of ['externalId', 'external_id', 'ExternalId', 'external id', 'old external-ID']) {
      const json = await service.admin.post('/v1/imports', { rows: [row, { ...row, [key]: OLD_ID }] });
      const csv = await importCsv(
        `reference;name;roleArn;${key}\n${Object.values(row).join(';')};${OLD_ID}\n`,
      );
      for (const { status, body } of [json, csv]) {
        expect({ status, code: body.code }, key).toEqual({ status: 400, code: 'external_id_not_settable' });
        answers.push(body);
      }
    }
    expect(JSON.stringify(answers)).not.toContain(OLD_ID);
    expect(await dumpDatabase()).not.toContain(OLD_ID);
    expect(service.logLines.join('\n')).not.toContain(OLD_ID);
    expect((await service.admin.get('/v1/tenants?reference=old-id')).body.data).toEqual([]);
  });

  test('is not repeated when it is in a cell that no column names', async () => {
    const { body } = await importCsv(`reference,name,roleArn\n${Object.values(row).join(',')},${OLD_ID}\n`);
    expect(body.data).toMatchObject([{ outcome: 'invalid' }]);
    expect(JSON.stringify(body)).not.toContain(OLD_ID);
    expect(await dumpDatabase()).not.toContain(OLD_ID);
    expect(service.logLines.join('\n')).not.toContain(OLD_ID);
  });
});

describe('a legacy connection', () => {
  test('is one until its role is first verified with our external ID, and never again', async () => {
    const { tenantId, connectionId, changeRole, verify } = await importCustomer();
    const { externalId } = (await service.admin.get(`/v1/tenants/${tenantId}`)).body;
    expect(await verify()).toMatchObject({
      outcome: 'not_assumable',
      nextSteps: expect.arrayContaining([expect.stringContaining('the external ID that was used before')]),
    });
    expect(await getConnection({ tenantId, connectionId })).toMatchObject({
      status: 'unreachable',
      legacy: true,
    });

    await changeRole(externalId);
    expect(await verify()).toMatchObject({ outcome: 'verified' });
    expect(await getConnection({ tenantId, connectionId })).toMatchObject({
      status: 'verified',
      legacy: false,
    });

    await changeRole(OLD_ID);
    const { outcome, nextSteps } = await verify();
    expect(outcome).toBe('not_assumable');
    expect(nextSteps.join()).not.toContain('used before');
    expect(await getConnection({ tenantId, connectionId })).toMatchObject({
      status: 'unreachable',
      legacy: false,
    });
  });

  test('cannot be made one by the service itself once it is registered', async () => {
    const { connectionId } = await importCustomer();
    const change = service.deps.database.prisma.connection.updateMany({
      where: { id: connectionId },
      data: { legacy: false },
    });
    await expect(change).rejects.toThrow(/permission denied/);
  });

  test('is verified by the schedule, one role after the other, and again only at its interval', async () => {
    const rows = Array.from({ length: 3 }, (_, n) => ({
      reference: `due-${n}`,
      name: 'Due',
      roleArn: arn('Due'),
    }));
    const { data } = await importRows(rows);
    const nextOf = async (row: { tenantId: string; connectionId: string }) =>
      (Date.parse((await getConnection(row)).nextVerificationAt) - service.clock.now().getTime()) / 1000;
    expect(await Promise.all(data.map(nextOf))).toEqual([15, 25, 35]);
    service.clock.advance(35);
    await verifyDueConnections(service.deps);
    for (const row of data) {
      expect(await getConnection(row)).toMatchObject({ status: 'unreachable', legacy: true });
      expect(await nextOf(row)).toBeGreaterThan(service.deps.config.recheckSeconds * 0.89);
    }
  });

  test('has a message for its customer with a connect link, made anew by each import until it is verified', async () => {
    const { row, tenantId, changeRole, verify } = await importCustomer();
    expect(
      (await importRows([row], '?customerMessages=true&dryRun=true')).data[0].customerMessage,
    ).toBeUndefined();
    const messageOf = async () => (await importRows([row], '?customerMessages=true')).data[0].customerMessage;
    const messages = [await messageOf(), await messageOf()];
    expect(new Set(messages.map(({ url }) => url)).size).toBe(2);
    for (const { url, text, expiresAt } of messages) {
      expect(text).toContain(url);
      expect(text).toContain(row.roleArn);
      expect(Date.parse(expiresAt) - service.clock.now().getTime()).toBe(604_800_000);
      expect((await fetch(url, { redirect: 'manual' })).status).toBeLessThan(400);
    }
    await service.admin.patch(`/v1/tenants/${tenantId}`, { status: 'suspended' });
    expect((await importRows([row], '?customerMessages=true')).data[0]).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await messageOf()).toBeUndefined();
    await service.admin.patch(`/v1/tenants/${tenantId}`, { status: 'active' });
    await changeRole((await service.admin.get(`/v1/tenants/${tenantId}`)).body.externalId);
    await verify();
    expect(await messageOf()).toBeUndefined();
  });
});

test('importing any rows twice equals importing them once, CSV equals JSON, and a dry run foretells both and changes nothing', async () => {
  const row = fc.record({
    reference: fc.constantFrom('a', 'b', 'c', ''),
    name: fc.constantFrom('Sample, Inc', 'The "Best"', ' Best; Ltd', 'x'.repeat(201)),
    roleArn: fc.constantFrom(arn('A'), arn('B'), arn('B', VENDOR), 'B'),
  });
  const withoutIds = (data: Record<string, unknown>[], prefix: string) =>
    data.map(({ reference, tenantId: _, connectionId: __, ...rest }) => ({
      ...rest,
      reference: typeof reference === 'string' ? reference.replace(prefix, '') : null,
    }));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), async (rows) => {
      const prefixed = (prefix: string) =>
        rows.map((one) => ({ ...one, reference: one.reference && prefix + one.reference }));
      const [json, csv] = [`json-${++run}-`, `csv-${run}-`];
      const before = await dumpDatabase();
      const foretold = await importRows(prefixed(json), '?dryRun=true');
      expect(await dumpDatabase()).toBe(before);
      const first = await importRows(prefixed(json));
      expect(withoutIds(foretold.data, json)).toEqual(withoutIds(first.data, json));
      const fromCsv = await importCsv(writeCsv(prefixed(csv)));
      expect(withoutIds(fromCsv.body.data, csv)).toEqual(withoutIds(first.data, json));

      const after = await dumpDatabase();
      const second = await importRows(prefixed(json));
      expect(await dumpDatabase()).toBe(after);
      const isImported = ({ outcome }: { outcome: string }) => !['conflict', 'invalid'].includes(outcome);
      expect(second.data).toEqual(
        first.data.map((one: { outcome: string }) =>
          isImported(one) ? { ...one, outcome: 'unchanged' } : one,
        ),
      );
    }),
    { numRuns: 8 },
  );
});

test('two equal imports at the same time create each tenant once, and its row is unchanged in the other one', async () => {
  const rows = Array.from({ length: 20 }, (_, n) => ({
    reference: `race-${n}`,
    name: 'Race',
    roleArn: arn('Race'),
  }));
  const answers = await Promise.all([importRows(rows), importRows(rows)]);
  const sum = (outcome: string) => answers[0].summary[outcome] + answers[1].summary[outcome];
  expect([sum('created'), sum('unchanged')]).toEqual([20, 20]);
  const { rows: found } = await service.queryAsOwner(
    "SELECT count(*)::int AS n FROM tenants WHERE reference LIKE 'race-%'",
  );
  expect(found[0].n).toBe(20);
});

test('more than 500 rows are refused with what to do, and nothing of them is imported', async () => {
  const rows = Array.from({ length: 501 }, (_, n) => ({
    reference: `many-${n}`,
    name: 'Many',
    roleArn: arn('Many'),
  }));
  const { status, body } = await service.admin.post('/v1/imports', { rows });
  expect([status, body.code, body.detail]).toEqual([
    413,
    'body_too_large',
    expect.stringContaining('at most 500 rows'),
  ]);
  expect((await service.admin.get('/v1/tenants?reference=many-0')).body.data).toEqual([]);
});

test('other routes accept no CSV', async () => {
  const response = await fetch(`${service.url}/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'text/csv' },
    body: 'name\nExample\n',
  });
  expect(response.status).toBe(415);
});
