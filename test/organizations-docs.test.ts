import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService } from './harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

test('the commands of docs/organizations.md register accounts, and start and show their verification', async () => {
  const tenant = await createTenant(service);
  const page = readFileSync('docs/organizations.md', 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const script = `token=$COUNTERSIGN_KEY tenant_id=${tenant.id}\n${blocks.join('\necho\n')}`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-eu', '-c', script], {
    env: { ...process.env, COUNTERSIGN_URL: service.url, COUNTERSIGN_KEY: service.adminKey },
  });
  const [registered, run] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(JSON.stringify(registered).match(/"outcome":"registered"/g)).toHaveLength(2);
  expect(run).toMatchObject({ total: 2 });
});
