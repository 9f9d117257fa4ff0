import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestService, VENDOR } from '../../../test/harness/service.ts';
import { findClosedPort, runCommand } from './doctor.fixture.ts';
import {
  type DoctorEnvironment,
  expectOnly,
  find,
  hangingVariables,
  notOk,
  startDoctorEnvironment,
  WITHOUT_CREDENTIALS,
} from './doctor-environment.fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let environment: DoctorEnvironment;
const diagnose = (changes: Record<string, string | undefined> = {}) => environment.diagnose(changes);

beforeAll(async () => {
  environment = await startDoctorEnvironment();
});
afterAll(() => environment.close());

describe('countersign doctor', () => {
  test('finds nothing wrong with a healthy set-up', async () => {
    const run = await diagnose();
    expect(notOk(run)).toEqual([]);
    expect(run.results.map(({ check }) => check)).toEqual([
      'configuration',
      'database.reachable',
      'database.version',
      'database.writable',
      'database.connections',
      'clock.database',
      'database.sessions',
      'database.migrations',
      'database.service_role',
      'sts.region',
      'broker.credentials',
      'sts.endpoint',
      'clock.aws',
      'broker.identity',
      'broker.assume_role',
      'broker.session_attributes',
      'proxies',
      'files.audit_signing_key',
    ]);
    expect(find(run, 'broker.credentials')?.message).toMatch(/^from environment variables/);
  });

  test('names missing, malformed and misspelled variables, and still runs all other checks', async () => {
    const run = await diagnose({
      COUNTERSIGN_VENDOR_ACCOUNT_ID: undefined,
      COUNTERSIGN_BROKER_ROLE_ARN: undefined,
      PORT: 'many',
      COUNTERSIGN_CANARY_ROLE_ANR: 'arn:aws:iam::999988880000:role/Canary',
    });
    expect(notOk(run).map(({ message }) => message)).toEqual([
      'PORT must be a number',
      expect.stringMatching(/^COUNTERSIGN_VENDOR_ACCOUNT_ID is missing/),
      expect.stringMatching(/^COUNTERSIGN_CANARY_ROLE_ANR is set, but Countersign has no such variable/),
    ]);
    expect(notOk(run).at(-1)?.fix).toContain('COUNTERSIGN_CANARY_ROLE_ARN');
    expect(find(run, 'broker.assume_role')?.status).toBe('ok');
  });

  test('a clock that differs from that of AWS by half an hour fails', async () => {
    const skewed = await startTestService({
      clock: { now: () => new Date(Date.now() + 1_800_000), advance: () => undefined },
    });
    const run = await diagnose({ AWS_ENDPOINT_URL_STS: skewed.aws.url });
    expect(find(run, 'clock.aws')).toMatchObject({
      status: 'failed',
      message: 'the clock of this machine is 30 minutes behind that of AWS',
      fix: expect.stringContaining('NTP'),
    });
    await skewed.close();
  });

  test('ends within 20 seconds when database, STS and credential process hang', async () => {
    const run = await diagnose(await hangingVariables(environment));
    expect(run.durationMs).toBeLessThan(20_000);
    expect(find(run, 'database.reachable')).toMatchObject({
      status: 'failed',
      fix: expect.stringMatching(/firewall/),
    });
    expect(find(run, 'broker.credentials')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('took too long'),
    });
    expect(find(run, 'sts.endpoint')).toMatchObject({
      status: 'failed',
      fix: expect.stringMatching(/AWS_REGION/),
    });
  });

  test('a credential process that fails is not quoted', async () => {
    const config = environment.file(
      'failing-config',
      '[default]\ncredential_process = sh -c "echo a-secret-password >&2; exit 1"\n',
    );
    const run = await diagnose({
      AWS_CONFIG_FILE: config,
      ...WITHOUT_CREDENTIALS,
    });
    expectOnly(run, 'failed', 'broker.credentials', /finds no credentials/, /instance profile/);
  });

  test('a proxy, a signing key and an inline policy that cannot be used fail', async () => {
    const run = await diagnose({
      HTTPS_PROXY: 'socks5://user:a-secret-password@proxy',
      COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: environment.file('wrong.pem', 'a-secret-password'),
      COUNTERSIGN_INLINE_POLICY_FILE: environment.file('policy.json', '{"Statement": [{"Effect": "Allow"}]}'),
    });
    expect(notOk(run)).toMatchObject([
      { check: 'configuration', status: 'failed', message: expect.stringMatching(/^HTTPS_PROXY must be/) },
      { check: 'files.audit_signing_key', status: 'failed', fix: expect.stringContaining('openssl genpkey') },
      { check: 'files.inline_policy', status: 'failed', message: expect.stringContaining('Action') },
    ]);
  });

  test('proxies are shown without their password', async () => {
    const run = await diagnose({
      HTTPS_PROXY: 'user:a-secret-password@proxy.example:3128',
      NO_PROXY: '.internal',
    });
    expect(notOk(run)).toEqual([]);
    expect(run.results.filter(({ check }) => check === 'proxies').map(({ message }) => message)).toEqual([
      'https requests go through http://proxy.example:3128, except to loopback, .internal',
      expect.stringMatching(/^sts\.us-east-1\.amazonaws\.com is reached through http/),
    ]);
  });

  test('the global endpoint of STS is a warning', async () => {
    const run = await diagnose({ AWS_REGION: undefined, AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com' });
    expect(find(run, 'sts.region')).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('AWS_REGION'),
    });
  });

  test('each partition has its own results, and the failure of one names it', async () => {
    const brokers = [
      {
        partition: 'aws-us-gov',
        accountId: VENDOR,
        region: 'us-gov-west-1',
        stsEndpoint: `http://127.0.0.1:${await findClosedPort()}`,
      },
    ];
    const run = await diagnose({
      COUNTERSIGN_BROKERS_FILE: environment.file('brokers.json', JSON.stringify(brokers)),
    });
    expect(run.results.filter(({ check }) => check === 'sts.endpoint')).toMatchObject([
      { status: 'ok', message: expect.stringMatching(/^aws: /) },
      { status: 'failed', message: expect.stringMatching(/^aws-us-gov: .*ECONNREFUSED/) },
    ]);
  });
});

describe('the command', () => {
  test('exits with 0 without a failed check, and prints one line for each result with its fix below', async () => {
    const { COUNTERSIGN_PUBLIC_URL: _, ...values } = environment.healthy;
    const { code, stdout } = await runCommand(['doctor'], values);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}database\.version +PostgreSQL \d+/m);
    expect(stdout).toMatch(
      /^warning {2}configuration +COUNTERSIGN_PUBLIC_URL is not set.*\n {9}→ Set COUNTERSIGN_PUBLIC_URL/m,
    );
    expect(stdout).toMatch(/^0 failed, 1 with a warning, \d+ ok$/m);
  });

  test('exits with 1 and prints JSON with --json, although database, STS and credential process hang', async () => {
    const { code, stdout, stderr, durationMs } = await runCommand(
      ['doctor', '--json'],
      await hangingVariables(environment),
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, checks: expect.any(Array) });
    expect(stdout).not.toContain('a-secret-password');
    // Its own time limit is 15 s; a busy machine takes longer to start the process.
    expect(durationMs).toBeLessThan(60_000);
  });

  test('ends by itself when reading a configuration file never returns', async () => {
    const pipe = path.join(environment.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { code, stderr } = await runCommand(['doctor', '--timeout-seconds', '2'], {
      ...environment.healthy,
      COUNTERSIGN_BROKERS_FILE: pipe,
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/could not be read in time: .*_FILE/);
  });

  test('shows its help, and rejects an unknown option with 2', async () => {
    const [help, unknown, tooShort] = await Promise.all(
      [['--help'], ['--jason'], ['--timeout-seconds', '0']].map((args) =>
        runCommand(['doctor', ...args], {}),
      ),
    );
    expect(help).toMatchObject({ code: 0 });
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(tooShort).toMatchObject({ code: 2, stdout: '' });
  });
});
