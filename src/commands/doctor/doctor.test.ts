import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, databaseUrl } from '../../../test/harness/database.ts';
import {
  createConnectedTenant,
  putRole,
  runningClock,
  startTestService,
  type TestService,
  trustPolicyRequiring,
  VENDOR,
} from '../../../test/harness/service.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import type { CheckResult, CheckStatus } from './check-result.ts';
import {
  closeServers,
  type DoctorRun,
  findClosedPort,
  runCommand,
  runDoctor,
  startSilentServer,
  startStsWith,
} from './doctor.fixture.ts';

// Each run starts a process, and several run at the same time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = temporaryFolder('doctor');
const CANARY_EXTERNAL_ID = 'canary-external-id';
const BROKER_ROLE = `arn:aws:iam::${VENDOR}:role/CountersignBroker`;
const BROKER_SESSION = `arn:aws:sts::${VENDOR}:assumed-role/CountersignBroker/s`;

let service: TestService;
/** A set-up in which nothing is wrong. */
let healthy: Record<string, string>;
let canaryRoleArn: string;

function file(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

function brokerVariables(passesOn = { sessionTags: false, sourceIdentity: false }): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = service.aws.openBrokerSession({
    partition: 'aws',
    accountId: VENDOR,
    passesOn,
  });
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '',
  };
}

beforeAll(async () => {
  service = await startTestService({ clock: runningClock() });
  canaryRoleArn = await putRole(service.aws, trustPolicyRequiring(CANARY_EXTERNAL_ID), {
    account: '999988880000',
  });
  const { privateKey } = generateKeyPairSync('ed25519');
  healthy = {
    ...brokerVariables(),
    DATABASE_URL: service.database.ownerUrl,
    COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR,
    COUNTERSIGN_BROKER_ROLE_ARN: BROKER_ROLE,
    COUNTERSIGN_CANARY_ROLE_ARN: canaryRoleArn,
    COUNTERSIGN_CANARY_EXTERNAL_ID: CANARY_EXTERNAL_ID,
    COUNTERSIGN_PUBLIC_URL: 'https://countersign.example.com',
    COUNTERSIGN_ADMIN_KEY: 'an-admin-key-of-forty-characters-or-more',
    COUNTERSIGN_DATA_DIR: folder,
    COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: file(
      'key.pem',
      privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ),
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: service.aws.url,
  };
});
afterAll(async () => {
  closeServers();
  await service.close();
});

/** Runs the doctor on the healthy set-up with changes; `undefined` unsets a variable. Checks that no secret is printed. */
async function diagnose(changes: Record<string, string | undefined> = {}): Promise<DoctorRun> {
  const values = Object.fromEntries(
    Object.entries({ ...healthy, ...changes }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const run = await runDoctor(values);
  const secrets = [
    values.AWS_SECRET_ACCESS_KEY,
    values.AWS_SESSION_TOKEN,
    values.COUNTERSIGN_ADMIN_KEY,
    new URL(values.DATABASE_URL ?? 'postgres://x').password,
    'a-secret-password',
  ].filter(Boolean) as string[];
  for (const secret of secrets) expect(run.output).not.toContain(secret);
  for (const { message, fix } of run.results)
    expect(`${message} ${fix ?? ''}`).not.toMatch(/undefined|\[object/);
  return run;
}

const notOk = ({ results }: DoctorRun): CheckResult[] => results.filter(({ status }) => status !== 'ok');

/** The check is not ok for this reason, its fix names the remedy, and all other checks are ok. */
function expectOnly(run: DoctorRun, status: CheckStatus, check: string, message: RegExp, fix: RegExp): void {
  expect(notOk(run)).toEqual([
    { check, status, message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
  ]);
}

const find = ({ results }: DoctorRun, check: string): CheckResult | undefined =>
  results.find((result) => result.check === check);

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
      COUNTERSIGN_CANARY_ROLE_ANR: canaryRoleArn,
    });
    expect(notOk(run).map(({ message }) => message)).toEqual([
      'PORT must be a number',
      expect.stringMatching(/^COUNTERSIGN_VENDOR_ACCOUNT_ID is missing/),
      expect.stringMatching(/^COUNTERSIGN_CANARY_ROLE_ANR is set, but Countersign has no such variable/),
    ]);
    expect(notOk(run).at(-1)?.fix).toContain('COUNTERSIGN_CANARY_ROLE_ARN');
    expect(find(run, 'broker.assume_role')?.status).toBe('ok');
  });

  describe('the database', () => {
    test('that refuses connections fails, and the broker is still checked', async () => {
      const port = await findClosedPort();
      const run = await diagnose({ DATABASE_URL: `postgres://owner:a-secret-password@127.0.0.1:${port}/c` });
      expectOnly(
        run,
        'failed',
        'database.reachable',
        /127\.0\.0\.1:\d+\/c .*ECONNREFUSED/,
        /Start PostgreSQL/,
      );
      expect(find(run, 'broker.assume_role')?.status).toBe('ok');
    });

    test('that rejects the password fails without printing it', async () => {
      const url = new URL(service.database.ownerUrl);
      url.password = 'a-secret-password';
      const run = await diagnose({ DATABASE_URL: url.href });
      expectOnly(run, 'failed', 'database.reachable', /password authentication failed/, /user and password/);
    });

    test('that does not exist fails', async () => {
      const run = await diagnose({ DATABASE_URL: databaseUrl(service.database.ownerUrl, 'nowhere') });
      expectOnly(run, 'failed', 'database.reachable', /"nowhere" does not exist/, /Create the database/);
    });

    test('without migrations is a warning, and stays without them', async () => {
      const database = await createTestDatabase('template0');
      const run = await diagnose({ DATABASE_URL: database.ownerUrl });
      expectOnly(run, 'warning', 'database.migrations', /^\d+ are pending/, /countersign migrate/);
      expect(find(await diagnose({ DATABASE_URL: database.ownerUrl }), 'database.migrations')?.status).toBe(
        'warning',
      );
      await database.drop();
    });

    test('that is read-only fails', async () => {
      const database = await createTestDatabase();
      const name = new URL(database.ownerUrl).pathname.slice(1);
      await service.queryAsOwner(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      const run = await diagnose({ DATABASE_URL: database.ownerUrl });
      expectOnly(run, 'failed', 'database.writable', /read-only by default/, /default_transaction_read_only/);
      await database.drop();
    });

    test('whose service user may do too much fails', async () => {
      const run = await diagnose({ COUNTERSIGN_SERVICE_DATABASE_URL: service.database.ownerUrl });
      expectOnly(
        run,
        'failed',
        'database.service_role',
        /is a superuser/,
        /COUNTERSIGN_SERVICE_DATABASE_URL unset/,
      );
    });

    test('with too few free connections is a warning', async () => {
      const run = await diagnose({ COUNTERSIGN_DATABASE_POOL_SIZE: '200' });
      expectOnly(run, 'warning', 'database.connections', /uses up to 200/, /COUNTERSIGN_DATABASE_POOL_SIZE/);
    });
  });

  describe('the identity', () => {
    test.each([
      [`arn:aws:iam::${VENDOR}:root`, /root user of account/, /vendor-setup/],
      [`arn:aws:sts::${VENDOR}:federated-user/x`, /neither a role session nor a user/, /vendor-setup/],
      [
        'arn:aws:sts::111111111111:assumed-role/CountersignBroker/s',
        /belong to arn/,
        /COUNTERSIGN_VENDOR_ACCOUNT_ID/,
      ],
      [`arn:aws:sts::${VENDOR}:assumed-role/Other/s`, /COUNTERSIGN_BROKER_ROLE_ARN/, /the role Other/],
    ])('%s fails', async (arn, message, fix) => {
      const run = await diagnose({
        AWS_ENDPOINT_URL_STS: await startStsWith({ GetCallerIdentity: { arn } }),
      });
      expect(find(run, 'broker.identity')).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(message),
        fix: expect.stringMatching(fix),
      });
    });

    test('of credentials that AWS does not know fails, although STS responds', async () => {
      const run = await diagnose({ AWS_ACCESS_KEY_ID: 'ASIAUNKNOWN' });
      expectOnly(run, 'failed', 'broker.identity', /InvalidClientTokenId/, /replace them/);
    });

    test('of no credentials fails, although STS responds', async () => {
      const run = await diagnose({
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_SESSION_TOKEN: undefined,
        AWS_EC2_METADATA_DISABLED: 'true',
      });
      expectOnly(run, 'failed', 'broker.credentials', /finds no credentials/, /instance profile/);
    });
  });

  describe('the permission', () => {
    test('is unknown without a canary role, which is a warning', async () => {
      const run = await diagnose({
        COUNTERSIGN_CANARY_ROLE_ARN: undefined,
        COUNTERSIGN_CANARY_EXTERNAL_ID: undefined,
      });
      expectOnly(
        run,
        'warning',
        'broker.assume_role',
        /no canary role is configured/,
        /vendor-setup --canary-account/,
      );
    });

    test('fails with all three causes when the canary role denies its external ID', async () => {
      const run = await diagnose({ COUNTERSIGN_CANARY_EXTERNAL_ID: 'another-external-id' });
      expectOnly(
        run,
        'failed',
        'broker.assume_role',
        /AWS denies the canary role/,
        /Identity policy: .*Trust policy: .*COUNTERSIGN_CANARY_EXTERNAL_ID/,
      );
    });

    test("points to the canary role when a customer's role is allowed, and to the broker when all are denied", async () => {
      const other = await startTestService({ clock: runningClock() });
      await createConnectedTenant(other);
      const database = { DATABASE_URL: other.database.ownerUrl };
      const broker = other.aws.openBrokerSession({ partition: 'aws', accountId: VENDOR });
      const allowed = await diagnose({
        ...database,
        AWS_ENDPOINT_URL_STS: other.aws.url,
        AWS_ACCESS_KEY_ID: broker.accessKeyId,
        AWS_SECRET_ACCESS_KEY: broker.secretAccessKey,
        AWS_SESSION_TOKEN: broker.sessionToken ?? '',
      });
      expectOnly(
        allowed,
        'failed',
        'broker.assume_role',
        /the identity policy of the broker works/,
        /canary role\./,
      );
      // The customer's role does not exist in the first emulator.
      const denied = await diagnose({ ...database, COUNTERSIGN_CANARY_EXTERNAL_ID: 'another-external-id' });
      expectOnly(
        denied,
        'failed',
        'broker.assume_role',
        /verified roles of customers too/,
        /Look at the broker/,
      );
      await other.close();
    });

    test.each([
      ['with an explicit deny in a service control policy', /service control policy of the organization/],
      ['because no identity-based policy allows the sts:AssumeRole action', /identity policy of the broker/],
      [
        'because no permissions boundary allows the sts:AssumeRole action',
        /permissions boundary of the broker/,
      ],
    ])('names the policy when AWS does: %s', async (reason, fix) => {
      const message = `User: ${BROKER_SESSION} is not authorized to perform: sts:AssumeRole on resource: x ${reason}`;
      const url = await startStsWith({
        GetCallerIdentity: { arn: BROKER_SESSION },
        AssumeRole: { status: 403, code: 'AccessDenied', message },
      });
      const run = await diagnose({ AWS_ENDPOINT_URL_STS: url });
      expect(find(run, 'broker.assume_role')).toMatchObject({
        status: 'failed',
        fix: expect.stringMatching(fix),
      });
    });

    test("names the session tags of the broker's session, which the canary role does not allow", async () => {
      const run = await diagnose(brokerVariables({ sessionTags: true, sourceIdentity: false }));
      expectOnly(
        run,
        'failed',
        'broker.assume_role',
        /transitive session tags .* does not allow sts:TagSession/,
        /COUNTERSIGN_BROKER_SESSION_ATTRIBUTES to tags/,
      );
    });

    test('names a Region that is not active', async () => {
      const inactive = { status: 403, code: 'RegionDisabledException', message: 'STS is not activated' };
      const run = await diagnose({
        AWS_ENDPOINT_URL_STS: await startStsWith({ GetCallerIdentity: inactive, AssumeRole: inactive }),
      });
      expect(find(run, 'sts.endpoint')).toMatchObject({
        status: 'failed',
        message: expect.stringContaining('RegionDisabledException'),
        fix: expect.stringContaining('Activate the Region'),
      });
    });
  });

  test('EKS Pod Identity without its session tags is a warning', async () => {
    const run = await diagnose({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      COUNTERSIGN_BROKER_SESSION_ATTRIBUTES: 'none',
    });
    expect(find(run, 'broker.session_attributes')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('transitive session tags'),
      fix: expect.stringContaining('tags'),
    });
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
    const run = await diagnose({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      ...(await hangingVariables()),
    });
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
    const config = file(
      'failing-config',
      '[default]\ncredential_process = sh -c "echo a-secret-password >&2; exit 1"\n',
    );
    const run = await diagnose({
      AWS_CONFIG_FILE: config,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
    });
    expectOnly(run, 'failed', 'broker.credentials', /finds no credentials/, /instance profile/);
  });

  test('a proxy, a signing key and an inline policy that cannot be used fail', async () => {
    const run = await diagnose({
      HTTPS_PROXY: 'socks5://user:a-secret-password@proxy',
      COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: file('wrong.pem', 'a-secret-password'),
      COUNTERSIGN_INLINE_POLICY_FILE: file('policy.json', '{"Statement": [{"Effect": "Allow"}]}'),
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
    const run = await diagnose({ COUNTERSIGN_BROKERS_FILE: file('brokers.json', JSON.stringify(brokers)) });
    expect(run.results.filter(({ check }) => check === 'sts.endpoint')).toMatchObject([
      { status: 'ok', message: expect.stringMatching(/^aws: /) },
      { status: 'failed', message: expect.stringMatching(/^aws-us-gov: .*ECONNREFUSED/) },
    ]);
  });
});

describe('the command', () => {
  test('exits with 0 without a failed check, and prints one line for each result with its fix below', async () => {
    const { COUNTERSIGN_PUBLIC_URL: _, ...values } = healthy;
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
      await hangingVariables(),
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, checks: expect.any(Array) });
    expect(stdout).not.toContain('a-secret-password');
    // Its own time limit is 15 s; a busy machine takes longer to start the process.
    expect(durationMs).toBeLessThan(60_000);
  });

  test('shows its help, and rejects an unknown option with 2', async () => {
    expect(await runCommand(['doctor', '--help'], {})).toMatchObject({ code: 0 });
    expect(await runCommand(['doctor', '--jason'], {})).toMatchObject({ code: 2, stdout: '' });
  });
});

/** Everything that the doctor calls accepts connections and never answers. */
async function hangingVariables(): Promise<Record<string, string>> {
  const port = await startSilentServer();
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...others } = healthy;
  return {
    ...others,
    DATABASE_URL: `postgres://owner:a-secret-password@127.0.0.1:${port}/c`,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}`,
    AWS_CONFIG_FILE: file(
      'aws-config',
      '[default]\ncredential_process = sh -c "sleep 30" a-secret-password\n',
    ),
  };
}
