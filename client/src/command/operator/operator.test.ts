import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  deleteRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../../../test/harness/service.ts';
import { temporaryFolder } from '../../../../test/harness/temporary-folder.ts';
import { problem, startScriptedServer } from '../../http/scripted-server.fixture.ts';
import type { CommandIo, Terminal } from '../command-io.ts';
import { run } from './run.ts';

const EXTERNAL_ID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

let service: TestService;
let supportKey: string;
/** A tenant whose role was deleted last night. */
let tenant: TestTenant;
let connection: TestConnection;

beforeAll(async () => {
  service = await startTestService();
  ({ key: supportKey } = await createKey(service, { role: 'support' }));
  ({ tenant, connection } = await createConnectedTenant(service));
  await service.admin.patch(tenant.path, { name: 'Example Ltd', reference: 'customer-42' });
  await deleteRole(service.aws, connection.roleArn);
  await service.admin.post(`${connection.path}/verification`);
  service.clock.advance(9 * 3600);
});
afterAll(() => service?.close());
beforeEach(() => {
  vi.stubEnv('COUNTERSIGN_URL', service.url);
  vi.stubEnv('COUNTERSIGN_KEY', supportKey);
});
afterEach(() => vi.unstubAllEnvs());

interface Ran {
  exitCode: number;
  output: string;
  errors: string;
}

interface Input {
  stdin?: string;
  terminal?: Terminal | null;
  io?: Partial<CommandIo>;
}

/** Runs the command in this process. */
async function countersign(
  args: string[],
  { stdin = '', terminal = null, io = {} }: Input = {},
): Promise<Ran> {
  let output = '';
  let errors = '';
  const exitCode = await run(args, {
    env: {},
    terminal,
    writeOutput: (text) => {
      output += text;
    },
    writeError: (line) => {
      errors += `${line}\n`;
    },
    readInput: async () => stdin,
    now: () => service.clock.now(),
    pause: async () => undefined,
    waitForTermination: () => new Promise(() => undefined),
    ...io,
  });
  return { exitCode, output, errors };
}

async function json(...args: string[]) {
  const { exitCode, output, errors } = await countersign([...args, '--json']);
  expect([exitCode, errors]).toEqual([0, '']);
  return JSON.parse(output);
}

describe('"our integration broke last night"', () => {
  test.each<[string, () => string]>([
    ['account', () => '111111111111'],
    ['role', () => connection.roleArn],
    ['external ID', () => tenant.externalId],
    ['connection', () => connection.id],
  ])(
    'one search by %s shows whose connection it is, since when it is broken, and what to do',
    async (_, text) => {
      const { exitCode, output, errors } = await countersign(['search', text()]);
      expect([exitCode, errors]).toEqual([0, '']);
      expect(output).toMatch(/^Tenant +Example Ltd \(customer-42\)$/m);
      expect(output).toMatch(/^Status +unreachable since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(9h ago\)$/m);
      expect(output).toMatch(/What the customer can do:\n- /);
    },
  );

  test.each(['customer-42', 'Exam'])(
    'a search by %s finds the tenant, and the tenant its connections',
    async (text) => {
      expect((await countersign(['search', text])).output).toContain(tenant.id);
      const { output } = await countersign(['tenants', 'get', 'customer-42']);
      expect(output).toContain(tenant.externalId);
      expect(output).toMatch(new RegExp(`${connection.id} +unreachable +9h +111111111111 +not_assumable`));
    },
  );

  test('what is broken is counted and listed', async () => {
    expect((await countersign(['fleet'])).output).toMatch(/^ +1 unreachable$/m);
    const { output } = await countersign(['connections', 'list', '--status', 'unreachable']);
    expect(output).toContain('Example Ltd (customer-42)');
    const { data } = await json(
      'connections',
      'list',
      '--account',
      '111111111111',
      '--tenant',
      'customer-42',
    );
    expect(data.map(({ id }: { id: string }) => id)).toEqual([connection.id]);
  });

  test('the events of a connection say what happened', async () => {
    const { output } = await countersign(['events', 'list', '--connection', connection.id]);
    expect(output).toContain('connection.verified');
    expect(output).toMatch(
      /connection\.degraded +Example Ltd \(customer-42\) +111111111111 +verified → unreachable \(not_assumable\)/,
    );
    expect((await countersign(['events', 'list', '--since', '8h'])).errors).toBe('no events\n');
    const types = (await json('events', 'list', '--type', 'connection.degraded')).data;
    expect(types).toMatchObject([{ connectionId: connection.id }]);
  });
});

test('verify exits with 5 while the role does not pass, and with 0 afterwards', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const passed = await countersign(['connections', 'verify', connection.id]);
  expect([passed.exitCode, passed.output]).toEqual([0, expect.stringMatching(/^Outcome +verified$/m)]);
  await deleteRole(service.aws, connection.roleArn);
  const failed = await countersign(['connections', 'verify', connection.id]);
  expect(failed.exitCode).toBe(5);
  expect(failed.output).toMatch(/^Outcome +not_assumable$/m);
  expect(failed.output).toContain('Probe correct');
  const { status } = await json('connections', 'get', connection.id);
  expect(status).toBe('unreachable');
  const link = await countersign(['tenants', 'connect-link', tenant.id]);
  expect(link.output).toMatch(/^https?:\/\/\S+\n$/);
});

test('creates a tenant and prints its external ID', async () => {
  vi.stubEnv('COUNTERSIGN_KEY', service.adminKey);
  const { output } = await countersign(['tenants', 'create', 'New Ltd', '--reference', 'customer-43']);
  expect(output).toMatch(new RegExp(`^External ID +${EXTERNAL_ID.source}$`, 'm'));
  expect(await json('tenants', 'get', 'customer-43')).toMatchObject({ name: 'New Ltd' });
});

test('imports rows from a file or from standard input, and exits with 5 if one was not imported', async () => {
  vi.stubEnv('COUNTERSIGN_KEY', service.adminKey);
  const row = (n: number) => `import-${n},"Imported, ${n}",arn:aws:iam::222222222222:role/Imported${n}\n`;
  const csv = `reference,name,roleArn\n${row(1)}\n${row(2)}import-3,,x\n`;
  const dryRun = await countersign(['tenants', 'import', '-', '--dry-run'], { stdin: csv });
  expect([dryRun.exitCode, dryRun.errors]).toEqual([
    5,
    'dry run, nothing was changed: 2 created, 1 invalid\n',
  ]);
  expect(dryRun.output).toMatch(/^3 +\S* *invalid +name must not be empty/m);
  expect((await countersign(['tenants', 'get', 'import-1'])).exitCode).toBe(3);

  const file = path.join(temporaryFolder('operator'), 'roles.csv');
  writeFileSync(file, `reference,name,roleArn\n${row(1)}${row(2)}`);
  const imported = await countersign(['tenants', 'import', file]);
  expect([imported.exitCode, imported.errors]).toEqual([0, '2 created\n']);
  expect(await json('tenants', 'get', 'import-2')).toMatchObject({ name: 'Imported, 2' });
  const legacy = await json('connections', 'list', '--legacy');
  expect(legacy.data.map(({ accountId }: { accountId: string }) => accountId)).toEqual(
    Array(2).fill('222222222222'),
  );
  expect((await countersign(['fleet'])).output).toMatch(/^Imported +2 connections to move/m);
  writeFileSync(file, Buffer.from('reference,name,roleArn\na,M\xfcller,x\n', 'latin1'));
  const latin1 = await countersign(['tenants', 'import', file]);
  expect([latin1.exitCode, latin1.errors]).toEqual([2, expect.stringContaining('not UTF-8')]);
  const missing = await countersign(['tenants', 'import', '/none.csv']);
  expect([missing.exitCode, missing.errors]).toEqual([2, expect.stringContaining('ENOENT')]);
});

test('an import of many rows is several requests, whose rows are numbered as one', async () => {
  const outcomes = (rows: number) => ({
    status: 200,
    body: {
      dryRun: false,
      summary: { created: rows, invalid: 0 },
      data: Array.from({ length: rows }, (_, index) => ({
        row: index + 1,
        reference: 'r',
        outcome: 'created',
      })),
    },
  });
  const server = await startScriptedServer(outcomes(100), outcomes(20));
  vi.stubEnv('COUNTERSIGN_URL', server.url);
  const stdin = `reference,name,roleArn\n${'a,b,c\n'.repeat(120)}`;
  const { output } = await countersign(['tenants', 'import', '-', '--json'], { stdin });
  const { summary, data } = JSON.parse(output);
  expect([summary, data.length, data.at(-1).row]).toEqual([{ created: 120, invalid: 0 }, 120, 120]);
  for (const { headers, body } of server.received) {
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(body).toMatch(/^reference,name,roleArn\na,b,c\n/);
  }
  await server.close();
});

test('reads all pages up to the limit, and says that there is more', async () => {
  const before = (await json('tenants', 'list', '--limit', '100000')).data.length;
  for (let count = before; count < 5; count++) await createTenant(service);
  const { output, errors } = await countersign(['tenants', 'list', '--limit', '3']);
  expect(output.trim().split('\n').length).toBe(4);
  expect(errors).toBe('there are more tenants; pass --limit to see them\n');
  const page = await countersign(['tenants', 'list', '--limit', '3', '--json']);
  expect(JSON.parse(page.output)).toMatchObject({ data: [{}, {}, {}], nextCursor: expect.any(String) });
});

test('reads more items than a page has', async () => {
  const pageOf = (ids: number[], nextCursor: string | null) => ({
    status: 200,
    body: {
      data: ids.map((id) => ({
        id: `tenant_${id}`,
        name: 'A',
        reference: null,
        status: 'active',
        createdAt: '2026-11-26',
      })),
      nextCursor,
    },
  });
  const first = Array.from({ length: 200 }, (_, index) => index);
  const server = await startScriptedServer(pageOf(first, 'c1'), pageOf([200, 201], null));
  vi.stubEnv('COUNTERSIGN_URL', server.url);
  const { data } = await json('tenants', 'list', '--limit', '250');
  expect(data.length).toBe(202);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/tenants?limit=200',
    expect.stringMatching(/limit=50&cursor=c1|cursor=c1&limit=50/),
  ]);
  await server.close();
});

describe('follow', () => {
  /** Follows until the output has a text. */
  async function followUntil(
    text: string,
    args: string[],
    io: Partial<CommandIo> = {},
  ): Promise<Ran & { lines: string[] }> {
    let stop = (): void => undefined;
    const lines: string[] = [];
    const ran = await countersign(['events', 'follow', ...args], {
      io: {
        waitForTermination: () => new Promise((resolve) => (stop = resolve)),
        writeOutput: (line) => {
          lines.push(line);
          if (line.includes(text)) stop();
        },
        pause: async (_, signal) => {
          await new Promise((resolve) => setImmediate(resolve));
          signal.throwIfAborted();
        },
        ...io,
      },
    });
    return { ...ran, lines };
  }

  test('prints new events only, each once and as one line, and exits with 0 when it is stopped', async () => {
    let pauses = 0;
    // Events of the tests before this one are not new.
    service.clock.advance(1);
    const { exitCode, lines, errors } = await followUntil('second', ['--json'], {
      pause: async () => {
        pauses++;
        if (pauses <= 2)
          await service.admin.post('/v1/tenants', { name: pauses === 1 ? 'the first' : 'the second' });
      },
    });
    expect([exitCode, errors]).toEqual([0, '']);
    const names = lines.map((line) => JSON.parse(line).data.tenant.name);
    expect(names).toEqual(['the first', 'the second']);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  test('continues after an outage where it was', async () => {
    const event = (name: string) => ({
      id: name,
      type: 'tenant.created',
      at: '2026-11-26T12:00:00Z',
      tenantId: null,
      connectionId: null,
      data: { tenant: { name, reference: null } },
    });
    const server = await startScriptedServer(
      { status: 200, body: { data: [event('one')], nextCursor: 'c1' } },
      problem('internal_error', 500),
      { status: 200, body: { data: [event('two')], nextCursor: 'c2' } },
    );
    vi.stubEnv('COUNTERSIGN_URL', server.url);
    const { exitCode, errors, lines } = await followUntil('two', []);
    expect(exitCode).toBe(0);
    expect(errors).toMatch(/internal_error: the detail \(.*request req-1\); trying again/);
    expect(lines.map((line) => line.includes('one'))).toEqual([true, false]);
    expect(
      server.received.slice(1, 3).map(({ url }) => new URL(url, server.url).searchParams.get('after')),
    ).toEqual(['c1', 'c1']);
    await server.close();
  });

  test('ends with an error that does not go away', async () => {
    vi.stubEnv('COUNTERSIGN_KEY', (await createKey(service, { role: 'worker' })).key);
    const { exitCode, errors } = await countersign(['events', 'follow']);
    expect([exitCode, errors]).toEqual([3, expect.stringMatching(/^forbidden: .*\(request /)]);
  });
});

describe('errors', () => {
  test.each<[number, string, string[], Record<string, string>, RegExp]>([
    [2, 'there is no URL', ['fleet'], { COUNTERSIGN_URL: '' }, /COUNTERSIGN_URL/],
    [2, 'there is no key', ['fleet'], { COUNTERSIGN_KEY: '' }, /COUNTERSIGN_KEY/],
    [
      2,
      'http:// to another host',
      ['fleet'],
      { COUNTERSIGN_URL: 'http://example.com' },
      /--allow-insecure-http/,
    ],
    [2, 'a wrong time', ['events', 'list', '--since', 'yesterday'], {}, /--since must be a duration/],
    [2, 'a time without its time zone', ['events', 'list', '--since', '2026-11-26T03:00:00'], {}, /--since/],
    [2, 'a wrong limit', ['tenants', 'list', '--limit', '0'], {}, /--limit must be/],
    [3, 'an unknown tenant', ['tenants', 'get', 'nobody'], {}, /not_found: .*"nobody"/],
    [3, 'an unknown type', ['events', 'list', '--type', 'x.y'], {}, /validation_failed: types.*\(request /],
    [3, 'the wrong role', ['tenants', 'create', 'A'], {}, /forbidden: .*\(request /],
  ])('%i: %s', async (exitCode, _, args, env, message) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const ran = await countersign(args);
    expect(ran).toMatchObject({ exitCode, output: '', errors: expect.stringMatching(message) });
    expect(ran.errors).not.toContain(supportKey);
  });

  test('4: the service is unavailable', async () => {
    const server = await startScriptedServer(problem('overloaded', 503));
    vi.stubEnv('COUNTERSIGN_URL', server.url);
    expect(await countersign(['fleet'])).toMatchObject({ exitCode: 4, output: '' });
    await server.close();
  });

  test('a command without its arguments prints the help as an error', async () => {
    const { exitCode, output, errors } = await countersign(['tenants']);
    expect([exitCode, output]).toEqual([2, '']);
    expect(errors).toContain('tenants create');
    expect(await countersign(['--help'])).toMatchObject({ exitCode: 0, errors: '' });
  });
});

test('tables and events print no external ID', async () => {
  const all = [
    ['tenants', 'list'],
    ['connections', 'list'],
    ['events', 'list'],
    ['fleet'],
    ['search', 'Exam'],
  ];
  for (const args of all) expect((await countersign(args)).output).not.toMatch(EXTERNAL_ID);
});

test('a name cannot steer the terminal', async () => {
  const server = await startScriptedServer({
    status: 200,
    body: {
      data: [
        {
          id: 'tenant_1',
          name: '\x1b[2Jgone\u202e',
          reference: null,
          status: 'active',
          createdAt: '2026-11-26',
        },
      ],
      nextCursor: null,
    },
  });
  vi.stubEnv('COUNTERSIGN_URL', server.url);
  const terminal = { columns: 100, hasColors: false };
  for (const args of [
    ['tenants', 'list'],
    ['tenants', 'list', '--json'],
  ])
    expect((await countersign(args, { terminal })).output).not.toMatch(/[^\P{C}\n]/u);
  await server.close();
});

describe('evidence', () => {
  const file = (name: string, text: string): string => {
    const target = path.join(temporaryFolder('evidence'), name);
    writeFileSync(target, text);
    return target;
  };

  test('needs an auditor, lists each rule with its result, and exits with 5 because one does not hold', async () => {
    expect((await countersign(['evidence'])).exitCode).toBe(3);
    vi.stubEnv('COUNTERSIGN_KEY', (await createKey(service, { role: 'auditor' })).key);
    const { exitCode, output } = await countersign(['evidence']);
    expect(exitCode).toBe(5);
    expect(output).toMatch(/^CAA-004 +holds +Use a value you generate/m);
    expect(output).toMatch(/^Rule 14 +does not hold +The customer's template/m);
    expect(output).toMatch(/^Rule 14: Trust policies are not narrowed/m);
  });

  test('verify accepts the JSON and the page, offline, and no report that was changed or signed by another key', async () => {
    vi.stubEnv('COUNTERSIGN_KEY', (await createKey(service, { role: 'auditor' })).key);
    const { output: json } = await countersign(['evidence', '--json']);
    const { output: page } = await countersign(['evidence', '--html']);
    vi.stubEnv('COUNTERSIGN_URL', 'http://127.0.0.1:1');
    const key = JSON.parse(json).publicKey;
    for (const text of [json, page]) {
      const verified = await countersign(['evidence', 'verify', file('report', text), '--public-key', key]);
      expect([verified.exitCode, verified.errors]).toEqual([0, '']);
      expect(verified.output).toMatch(/^Signature +valid$/m);
    }
    expect((await countersign(['evidence', 'verify', file('report', json)])).errors).toContain(
      '--public-key',
    );
    const lying = page.replaceAll('does not hold', 'holds').replaceAll('sandbox', 'installation');
    const { output: signed } = await countersign(['evidence', 'verify', file('lying', lying)]);
    expect(signed).toMatch(/^Rule 14 +does not hold/m);
    expect(signed).toMatch(/^Sandbox +AWS is emulated/m);
    const changed = json.replace('"holds": false', '"holds": true');
    expect((await countersign(['evidence', 'verify', file('changed', changed)])).output).toMatch(
      /^Signature +the signature is not valid/m,
    );
    const foreign = ['evidence', 'verify', file('report', json), '--public-key', 'MCowBQYDK2VwAyEA'];
    expect((await countersign(foreign)).exitCode).toBe(5);
    for (const text of ['{}', '<html></html>'])
      expect((await countersign(['evidence', 'verify', file('none', text)])).exitCode).toBe(2);
  });
});
