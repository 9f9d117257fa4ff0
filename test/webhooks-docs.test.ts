// Runs the receivers of docs/webhooks.md, as they are printed there, against the service.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestWebhook, deleteWebhooks, deliverDue } from '../src/webhooks/receiver.fixture.ts';
import { findFreePort } from './harness/free-port.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';
import { findProgram, type RunOptions, testWithEach } from './harness/tools.ts';

const page = readFileSync('docs/webhooks.md', 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

const folder = temporaryFolder('webhooks-docs');
const options: RunOptions = {
  env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' },
  cwd: folder,
};

let service: TestService;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  service = await startTestService();
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(path.resolve('node_modules/standardwebhooks'), path.join(modules, 'standardwebhooks'));
});
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await service?.close();
});

/** Starts a receiver, delivers to it, and returns what it printed; also sends it a message with a wrong signature. */
async function runReceiver(name: string, command: [string, ...string[]]): Promise<string[]> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/`;
  const { secret } = await createTestWebhook(service, url, { types: ['tenant.created'] });
  const [file, ...args] = command;
  const env = { ...options.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const receiver = spawn(file, args, { ...options, env, stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(receiver);
  let printed = '';
  receiver.stdout.on('data', (text) => {
    printed += text;
  });
  const headers = {
    'webhook-id': 'event_1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
  };
  const forge = () => fetch(url, { method: 'POST', headers, body: '{"id":"event_1","type":"forged"}' });
  let forged = await forge().catch(() => null);
  while (forged === null && receiver.exitCode === null) forged = await forge().catch(() => null);
  expect(forged?.status, name).toBe(400);
  await service.admin.post('/v1/tenants', { name, reference: `reference-${name}` });
  await deliverDue(service);
  const { body } = await service.admin.get('/v1/webhooks');
  const deliveries = await service.admin.get(`/v1/webhooks/${body.data[0].id}/deliveries`);
  expect(deliveries.body.data, name).toMatchObject([{ status: 'delivered', responseStatus: 204 }]);
  const retry = `/v1/webhooks/${body.data[0].id}/deliveries/${deliveries.body.data[0].id}/retry`;
  expect((await service.admin.post(retry)).status).toBe(200);
  await deliverDue(service);
  while (!printed.includes('\n')) await new Promise((resolve) => receiver.stdout.once('data', resolve));
  receiver.kill('SIGKILL');
  await deleteWebhooks(service);
  return printed.trim().split('\n');
}

test('the receiver in TypeScript verifies, and handles a message that comes twice once', async () => {
  writeFileSync(path.join(folder, 'receiver.mjs'), block('ts'));
  const printed = await runReceiver('typescript', [process.execPath, 'receiver.mjs']);
  expect(printed).toEqual(['tenant.created reference-typescript']);
});

testWithEach(
  findProgram('python3', ['--version'], options),
  'the receiver in Python does, too',
  async (python) => {
    writeFileSync(path.join(folder, 'receiver.py'), block('python'));
    const printed = await runReceiver('python', [python.file, 'receiver.py']);
    expect(printed).toEqual(['tenant.created reference-python']);
  },
);

testWithEach(
  findProgram('go', ['version'], options),
  'the receiver in Go does, too',
  async (go) => {
    const source = path.join(folder, 'receiver.go');
    writeFileSync(source, block('go'));
    const program = path.join(folder, 'receiver');
    execFileSync(go.file, ['build', '-o', program, source], { ...options, stdio: 'pipe' });
    expect(await runReceiver('go', [program])).toEqual(['tenant.created reference-go']);
  },
  120_000,
);
