import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  createConnectedTenant,
  createProfile,
  startTestService,
  type TestConnection,
  type TestService,
} from '../../test/harness/service.ts';

// Each is a program of its own.
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

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** `countersign keys …` as an operator runs it, on the database of the service that runs. */
function keys(...args: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATABASE_URL: service.database.ownerUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/run.mjs', 'keys', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test('a worker key that is made with --profile is held to those profiles, from the first request on', async () => {
  const made = await keys('create', '--role', 'worker', '--name', 'narrow', '--profile', profile);
  expect(made.code, made.stderr).toBe(0);
  const key = made.stdout.trim();
  const draw = (body: object) => service.as(key).post(`${connection.path}/credentials`, body);
  const drawn = await draw({});
  expect(drawn.status).toBe(200);
  const seconds = (Date.parse(drawn.body.expiresAt) - service.clock.now().getTime()) / 1000;
  expect(seconds).toBeLessThanOrEqual(900);
  expect((await draw({ profile: other })).body.errors[0].path).toBe('profile');
  const { body } = await service.admin.get('/v1/api-keys?limit=100');
  expect(body.data).toContainEqual(expect.objectContaining({ name: 'narrow', profiles: [profile] }));
});

test.each<[string, string[], RegExp, number]>([
  [
    'names a profile that is not there',
    ['--role', 'worker', '--profile', 'none'],
    /no access profile "none"/,
    1,
  ],
  [
    'is no worker, and names one',
    ['--role', 'auditor', '--profile', 'none'],
    /only a key of role "worker"/,
    1,
  ],
  ['has a role that is none', ['--role', 'root'], /--role must be one of/, 2],
  ['has an option that is none', ['--role', 'worker', '--profil', 'none'], /--help tells more/, 2],
])('no key is made that %s; a line says why', async (_, args, told, code) => {
  const before = (await service.admin.get('/v1/api-keys?limit=100')).body.data.length;
  const ended = await keys('create', '--name', 'wrong', ...args);
  expect([ended.code, ended.stdout]).toEqual([code, '']);
  expect(ended.stderr).toMatch(told);
  expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
  expect((await service.admin.get('/v1/api-keys?limit=100')).body.data.length).toBe(before);
});
