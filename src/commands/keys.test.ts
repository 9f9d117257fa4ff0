import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compiledCommand } from '../../test/harness/compiled-command.ts';
import {
  createConnectedTenant,
  createProfile,
  startTestService,
  type TestConnection,
  type TestService,
} from '../../test/harness/service.ts';

// Each call starts a process.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let service: TestService;
let connection: TestConnection;
let profile: string;
let other: string;

beforeAll(async () => {
  service = await startTestService();
  ({ connection } = await createConnectedTenant(service));
  profile = (await createProfile(service, { maxDurationSeconds: 900 })).name;
  other = (await createProfile(service)).name;
});
afterAll(() => service.close());

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `countersign keys …` on the database of the running service. */
function keys(...args: string[]): Promise<Result> {
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATABASE_URL: service.database.ownerUrl };
  return new Promise((resolve) => {
    const [command, ...rest] = compiledCommand('keys', ...args);
    execFile(command, rest, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test('a worker key created with --profile is limited to those profiles', async () => {
  const created = await keys('create', '--role', 'worker', '--name', 'narrow', '--profile', profile);
  expect(created.code, created.stderr).toBe(0);
  const key = created.stdout.trim();
  const issue = (body: object) => service.as(key).post(`${connection.path}/credentials`, body);
  const issued = await issue({});
  expect(issued.status).toBe(200);
  const seconds = (Date.parse(issued.body.expiresAt) - service.clock.now().getTime()) / 1000;
  expect(seconds).toBeLessThanOrEqual(900);
  expect((await issue({ profile: other })).body.errors[0].path).toBe('profile');
  const { body } = await service.admin.get('/v1/api-keys?limit=100');
  expect(body.data).toContainEqual(expect.objectContaining({ name: 'narrow', profiles: [profile] }));
});

test.each<[string, string[], RegExp, number]>([
  [
    'a profile that does not exist',
    ['--role', 'worker', '--profile', 'none'],
    /access profile not found: "none"/,
    1,
  ],
  [
    'a profile for a role other than worker',
    ['--role', 'auditor', '--profile', 'none'],
    /only a key of role "worker"/,
    1,
  ],
  ['an unknown role', ['--role', 'root'], /--role must be one of/, 2],
  ['an unknown option', ['--role', 'worker', '--profil', 'none'], /See --help/, 2],
])('rejects %s with a short message', async (_, args, message, code) => {
  const before = (await service.admin.get('/v1/api-keys?limit=100')).body.data.length;
  const result = await keys('create', '--name', 'wrong', ...args);
  expect([result.code, result.stdout]).toEqual([code, '']);
  expect(result.stderr).toMatch(message);
  expect(result.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
  expect((await service.admin.get('/v1/api-keys?limit=100')).body.data.length).toBe(before);
});
