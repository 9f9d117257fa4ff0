import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compiledCommand } from './harness/compiled-command.ts';
import { findFreePort } from './harness/free-port.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const folder = temporaryFolder('process');
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  running.clear();
});

interface RunningProcess {
  child: ChildProcess;
  output: () => string;
  /** Waits until the output contains this text. Rejects if the process exits first. */
  waitForOutput(text: string): Promise<void>;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
}

function run(args: string[], env: Record<string, string> = {}): RunningProcess {
  return startProcess(compiledCommand(...args), env);
}

/** Starts a program in its own process group, as a terminal does. */
function startProcess([command = '', ...args]: string[], env: Record<string, string>): RunningProcess {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    exited,
    waitForOutput: (text) =>
      new Promise((resolve, reject) => {
        const check = () => output.includes(text) && resolve();
        listeners.add(check);
        exited.then((code) => reject(new Error(`exited with ${code}: ${output}`)));
        check();
      }),
  };
}

async function startSandbox(
  dataDir: string,
  port: number,
): Promise<RunningProcess & { url: string; key: string | undefined }> {
  const started = run(['start'], {
    PORT: String(port),
    COUNTERSIGN_SANDBOX_PORT: String(await findFreePort()),
    COUNTERSIGN_DATA_DIR: dataDir,
  });
  await started.waitForOutput('Press Ctrl-C to stop.');
  return { ...started, url: `http://127.0.0.1:${port}`, key: /csk_[0-9a-f]{72}/.exec(started.output())?.[0] };
}

const createTenant = (url: string, key: string, name: string) =>
  fetch(`${url}/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': name },
    body: JSON.stringify({ name }),
  });

test('after a kill during writes, it has everything it acknowledged exactly once, and its audit log verifies', async () => {
  const dataDir = path.join(folder, 'killed');
  const port = await findFreePort();
  const first = await startSandbox(dataDir, port);
  expect(first.output()).toContain('aws --endpoint-url http://127.0.0.1:');
  const key = first.key as string;

  const second = run(['start'], { PORT: String(await findFreePort()), COUNTERSIGN_DATA_DIR: dataDir });
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain('already running');

  const acknowledged: string[] = [];
  const names = Array.from({ length: 200 }, (_, i) => `tenant-${i}`);
  const writes = names.map(async (name) => {
    const response = await createTenant(first.url, key, name).catch(() => null);
    if (response?.status !== 201) return;
    acknowledged.push(name);
    if (acknowledged.length === 20) first.child.kill('SIGKILL');
  });
  await Promise.all(writes);
  await first.exited;
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);

  const again = await startSandbox(dataDir, port);
  expect(again.key, 'the key is shown once').toBeUndefined();
  for (const name of names) expect((await createTenant(again.url, key, name)).status).toBe(201);
  const list = await fetch(`${again.url}/v1/tenants?limit=200`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { data, nextCursor } = (await list.json()) as { data: { name: string }[]; nextCursor: string | null };
  expect(nextCursor).toBeNull();
  expect(data.map((tenant) => tenant.name).sort()).toEqual([...names].sort());

  const verify = run(['audit', 'verify'], { COUNTERSIGN_DATA_DIR: dataDir });
  expect(await verify.exited, verify.output()).toBe(0);
}, 180_000);

/** Creates a tenant over the agent's connections. An error has `reused`: whether it used an already open connection. */
function createTenantOver(
  agent: Agent,
  url: string,
  key: string,
  name: string,
): Promise<{ status: number; closes: boolean }> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v1/tenants`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': name,
      },
    });
    call.on('error', (error: NodeJS.ErrnoException) =>
      reject(Object.assign(error, { reused: call.reusedSocket })),
    );
    call.on('response', (response) => {
      response.on('error', reject).resume();
      const closes = response.headers.connection === 'close';
      response.on('end', () => resolve({ status: response.statusCode ?? 0, closes }));
    });
    call.end(JSON.stringify({ name }));
  });
}

test('when it is stopped under load, it sends every response, and a request without a response had no effect', async () => {
  const dataDir = path.join(folder, 'ended');
  const port = await findFreePort();
  const server = await startSandbox(dataDir, port);
  const key = server.key as string;
  const acknowledged: string[] = [];
  const connectionErrors: { code?: string; reused?: boolean }[] = [];
  let closeResponses = 0;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; ; i++) {
      const name = `c${client}-${i}`;
      try {
        const { status, closes } = await createTenantOver(agent, server.url, key, name);
        expect(status).toBe(201);
        if (closes) closeResponses++;
        if (acknowledged.push(name) === 40) server.child.kill('SIGTERM');
      } catch (error) {
        connectionErrors.push(error as { code?: string });
        return;
      }
    }
  });
  await Promise.all(clients);
  expect(await server.exited, server.output()).toBe(0);
  expect(acknowledged.length).toBeGreaterThan(40);
  expect(closeResponses).toBeGreaterThan(0);
  // Each client continues until its connection is refused. A reset counts too: the kernel resets connections that it accepted
  // in the microseconds before listening ends. Their requests were never read, as the list of tenants below shows.
  for (const { code, reused } of connectionErrors) {
    expect({ code, reused }).toEqual({
      code: expect.stringMatching(/^(ECONNREFUSED|ECONNRESET)$/),
      reused: false,
    });
  }

  const again = await startSandbox(dataDir, port);
  const stored: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await fetch(`${again.url}/v1/tenants?limit=200${cursor && `&cursor=${cursor}`}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data, nextCursor } = (await page.json()) as {
      data: { name: string }[];
      nextCursor: string | null;
    };
    stored.push(...data.map((tenant) => tenant.name));
    cursor = nextCursor;
  }
  expect(stored.sort()).toEqual(acknowledged.sort());
}, 240_000);

test.each([
  ['a supervisor stops npm', (npm: number) => process.kill(npm, 'SIGTERM')],
  ['Ctrl-C reaches npm and its child', (npm: number) => process.kill(-npm, 'SIGINT')],
])(
  'when %s, it shuts down in order, leaves nothing behind, and has printed no warning',
  async (_, stop) => {
    // The data of the test above: creating a database takes seconds.
    const dataDir = path.join(folder, 'ended');
    const env = {
      PORT: '0',
      COUNTERSIGN_SANDBOX_PORT: String(await findFreePort()),
      COUNTERSIGN_DATA_DIR: dataDir,
    };
    const npm = startProcess(['npm', 'start'], env);
    await npm.waitForOutput('Press Ctrl-C to stop.');
    stop(npm.child.pid as number);
    expect(await npm.exited, npm.output()).toBe(0);
    expect(npm.output()).toContain('Stopped. The next start continues with the same data.');
    // Not even the AWS SDK's warning about Node 20.
    expect(npm.output()).not.toMatch(/warning/i);
  },
  180_000,
);

test('serve, started by its entry point, finds the files of its pages, and shuts down in order while the source of its AWS credentials does not respond', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const contacted = once(silent, 'connection');
  const { port } = silent.address() as { port: number };
  const serving = run(['serve'], {
    PORT: '0',
    COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777',
    COUNTERSIGN_VENDOR_NAME: 'Example Vendor',
    COUNTERSIGN_DATA_DIR: path.join(folder, 'silent'),
    COUNTERSIGN_STS_TIMEOUT_SECONDS: '1',
    AWS_REGION: 'us-east-1',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/`,
  });
  try {
    await serving.waitForOutput('"msg":"serving"');
    await contacted;
    const url = /"url":"([^"]+)"/.exec(serving.output())?.[1];
    for (const file of ['/docs/', '/docs/static/swagger-ui.css', '/docs/static/swagger-ui-bundle.js'])
      expect((await fetch(`${url}${file}`)).status, file).toBe(200);
    serving.child.kill('SIGTERM');
    expect(await serving.exited, serving.output()).toBe(0);
    expect(serving.output()).not.toMatch(/warning/i);
  } finally {
    silent.close();
  }
}, 180_000);

test('serve ends at once when it gets SIGTERM while its start waits for a silent database', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const contacted = once(silent, 'connection');
  const { port } = silent.address() as { port: number };
  const serving = run(['serve'], {
    COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777',
    COUNTERSIGN_VENDOR_NAME: 'Example Vendor',
    DATABASE_URL: `postgres://owner@127.0.0.1:${port}/countersign`,
    COUNTERSIGN_STS_TIMEOUT_SECONDS: '1',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'unused',
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
  });
  try {
    await Promise.race([contacted, serving.exited]);
    serving.child.kill('SIGTERM');
    expect(await serving.exited, serving.output()).toBe(0);
    expect(serving.output()).toContain('stopped during the start');
  } finally {
    silent.close();
  }
}, 180_000);

test('serve names each missing or contradictory variable', async () => {
  const missing = run(['serve'], { COUNTERSIGN_DATA_DIR: path.join(folder, 'none') });
  expect(await missing.exited).toBe(1);
  expect(missing.output()).toContain('COUNTERSIGN_VENDOR_ACCOUNT_ID is missing');
  expect(missing.output()).toContain('COUNTERSIGN_VENDOR_NAME is missing');
  const contradictory = run(['serve'], {
    COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777',
    COUNTERSIGN_BROKER_ROLE_ARN: 'arn:aws:iam::111111111111:role/broker',
    PORT: 'many',
  });
  expect(await contradictory.exited).toBe(1);
  expect(contradictory.output()).toContain('PORT must be a number');
});

test('the sandbox refuses a broker role other than the one that it runs as, and names both', async () => {
  const configured = 'arn:aws:iam::999988887777:role/Other';
  const start = run(['start'], { COUNTERSIGN_BROKER_ROLE_ARN: configured });
  expect(await start.exited).toBe(1);
  expect(start.output()).toContain(
    `COUNTERSIGN_BROKER_ROLE_ARN is ${configured}, but in sandbox mode the service runs as arn:aws:iam::999988887777:role/CountersignBroker`,
  );
});

test.each(['start', 'serve', 'demo', 'migrate', 'keys', 'audit'])(
  '%s --help prints its usage',
  async (command) => {
    const help = run([command, '--help']);
    expect(await help.exited, help.output()).toBe(0);
    expect(help.output().length).toBeGreaterThan(80);
  },
);
