import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'countersign-process-'));
// What PostgreSQL's user cannot enter would have its data elsewhere, where it would outlive the test.
chmodSync(folder, 0o711);
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

interface Run {
  child: ChildProcess;
  output: () => string;
  /** Waits until it has said this, or has ended. */
  said(text: string): Promise<void>;
  ended: Promise<number | null>;
}

function run(args: string[], env: Record<string, string> = {}): Run {
  return watch([process.execPath, 'scripts/run.mjs', ...args], env);
}

/** In a process group of its own, as a terminal runs it. */
function watch([command = '', ...args]: string[], env: Record<string, string>): Run {
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
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        listeners.add(look);
        ended.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
        look();
      }),
  };
}

async function start(dataDir: string, port: number): Promise<Run & { url: string; key: string | undefined }> {
  const started = run(['start'], {
    PORT: String(port),
    COUNTERSIGN_SANDBOX_PORT: String(await freePort()),
    COUNTERSIGN_DATA_DIR: dataDir,
  });
  await started.said('Ctrl-C ends it.');
  return { ...started, url: `http://127.0.0.1:${port}`, key: /csk_[0-9a-f]{72}/.exec(started.output())?.[0] };
}

const create = (url: string, key: string, name: string) =>
  fetch(`${url}/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': name },
    body: JSON.stringify({ name }),
  });

test('killed in the middle of writes, it has everything it acknowledged exactly once, and its audit log holds', async () => {
  const dataDir = path.join(folder, 'killed');
  const port = await freePort();
  const first = await start(dataDir, port);
  expect(first.output()).toContain('AWS_ENDPOINT_URL_STS=');
  const key = first.key as string;

  const second = run(['start'], { PORT: String(await freePort()), COUNTERSIGN_DATA_DIR: dataDir });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain('already running');

  const acknowledged: string[] = [];
  const names = Array.from({ length: 200 }, (_, i) => `tenant-${i}`);
  const writes = names.map(async (name) => {
    const answer = await create(first.url, key, name).catch(() => null);
    if (answer?.status !== 201) return;
    acknowledged.push(name);
    if (acknowledged.length === 20) first.child.kill('SIGKILL');
  });
  await Promise.all(writes);
  await first.ended;
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);

  const again = await start(dataDir, port);
  expect(again.key, 'the key is shown once').toBeUndefined();
  for (const name of names) expect((await create(again.url, key, name)).status).toBe(201);
  const list = await fetch(`${again.url}/v1/tenants?limit=200`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { data, nextCursor } = (await list.json()) as { data: { name: string }[]; nextCursor: string | null };
  expect(nextCursor).toBeNull();
  expect(data.map((tenant) => tenant.name).sort()).toEqual([...names].sort());

  const verify = run(['audit', 'verify'], { COUNTERSIGN_DATA_DIR: dataDir });
  expect(await verify.ended, verify.output()).toBe(0);
}, 60_000);

/** Creates a tenant over the agent's connections; says whether an open one was used again when it fails. */
function createOver(
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

test('told to end under load, it loses no answer, and what it did not answer had no effect', async () => {
  const dataDir = path.join(folder, 'ended');
  const port = await freePort();
  const server = await start(dataDir, port);
  const key = server.key as string;
  const answered: string[] = [];
  const endings: { code?: string; reused?: boolean }[] = [];
  let askedToClose = 0;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; ; i++) {
      const name = `c${client}-${i}`;
      try {
        const { status, closes } = await createOver(agent, server.url, key, name);
        expect(status).toBe(201);
        if (closes) askedToClose++;
        if (answered.push(name) === 40) server.child.kill('SIGTERM');
      } catch (error) {
        endings.push(error as { code?: string });
        return;
      }
    }
  });
  await Promise.all(clients);
  expect(await server.ended, server.output()).toBe(0);
  expect(answered.length).toBeGreaterThan(40);
  expect(askedToClose).toBeGreaterThan(0);
  // Each client goes on until it is refused. A reset stands beside it because the kernel resets what it completed in the
  // microseconds between the last look at its queue and the end of listening; that was never read, as is shown below.
  for (const { code, reused } of endings) {
    expect({ code, reused }).toEqual({
      code: expect.stringMatching(/^(ECONNREFUSED|ECONNRESET)$/),
      reused: false,
    });
  }

  const again = await start(dataDir, port);
  const kept: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await fetch(`${again.url}/v1/tenants?limit=200${cursor && `&cursor=${cursor}`}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data, nextCursor } = (await page.json()) as {
      data: { name: string }[];
      nextCursor: string | null;
    };
    kept.push(...data.map((tenant) => tenant.name));
    cursor = nextCursor;
  }
  expect(kept.sort()).toEqual(answered.sort());
}, 120_000);

test.each([
  ['a supervisor ends npm', (npm: number) => process.kill(npm, 'SIGTERM')],
  ['Ctrl-C reaches npm, and what npm runs', (npm: number) => process.kill(-npm, 'SIGINT')],
])('when %s, it ends in order and leaves nothing behind', async (_, tell) => {
  const dataDir = path.join(folder, 'by-npm');
  const env = {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: String(await freePort()),
    COUNTERSIGN_DATA_DIR: dataDir,
  };
  const npm = watch(['npm', 'start'], env);
  await npm.said('Ctrl-C ends it.');
  tell(npm.child.pid as number);
  expect(await npm.ended, npm.output()).toBe(0);
  expect(npm.output()).toContain('Ended. Everything is kept for the next start.');
});

test('serve ends in order while the source of its AWS credentials says nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const asked = once(silent, 'connection');
  const { port } = silent.address() as { port: number };
  const serving = run(['serve'], {
    PORT: '0',
    COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777',
    COUNTERSIGN_DATA_DIR: path.join(folder, 'silent'),
    COUNTERSIGN_STS_TIMEOUT_SECONDS: '1',
    AWS_REGION: 'us-east-1',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/`,
  });
  try {
    await serving.said('"msg":"serving"');
    await asked;
    serving.child.kill('SIGTERM');
    expect(await serving.ended, serving.output()).toBe(0);
  } finally {
    silent.close();
  }
}, 60_000);

test.each([
  ['through npm', ['npm', 'start']],
  [
    'from its entry point, as the image starts it',
    [process.execPath, '--import', 'tsx', 'src/main.ts', 'start'],
  ],
])('started %s, it prints no warning, also not that of the AWS SDK about Node 20', async (_, command) => {
  const started = watch(command, {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: String(await freePort()),
    COUNTERSIGN_DATA_DIR: path.join(folder, 'quiet'),
  });
  await started.said('Ctrl-C ends it.');
  started.child.kill('SIGTERM');
  await started.ended;
  expect(started.output()).not.toMatch(/warning/i);
});

test('serve refuses missing and contradictory configuration by name', async () => {
  const missing = run(['serve'], { COUNTERSIGN_DATA_DIR: path.join(folder, 'none') });
  expect(await missing.ended).toBe(1);
  expect(missing.output()).toContain('COUNTERSIGN_VENDOR_ACCOUNT_ID is missing');
  const contradictory = run(['serve'], {
    COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777',
    COUNTERSIGN_BROKER_ROLE_ARN: 'arn:aws:iam::111111111111:role/broker',
    PORT: 'many',
  });
  expect(await contradictory.ended).toBe(1);
  expect(contradictory.output()).toContain('PORT must be a number');
});

test.each(['start', 'serve', 'demo', 'migrate', 'keys', 'audit'])(
  '%s --help says what it does',
  async (command) => {
    const help = run([command, '--help']);
    expect(await help.ended, help.output()).toBe(0);
    expect(help.output().length).toBeGreaterThan(80);
  },
);
