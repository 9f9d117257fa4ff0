import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createConnectedTenant,
  putRole,
  runningClock,
  startTestService,
  VENDOR,
} from '../../../../../test/harness/service.ts';
import { canaryTrustPolicy, environmentOf } from '../../../vendor-setup/policies.ts';
import { createVendorRoles } from '../../../vendor-setup/vendor-roles.fixture.ts';
import { startStsWith } from '../../doctor.fixture.ts';
import {
  type DoctorEnvironment,
  expectOnly,
  find,
  notOk,
  startDoctorEnvironment,
  WITHOUT_CREDENTIALS,
} from '../../doctor-environment.fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const BROKER_SESSION = `arn:aws:sts::${VENDOR}:assumed-role/CountersignBroker/s`;

let environment: DoctorEnvironment;
const diagnose = (changes: Record<string, string | undefined> = {}) => environment.diagnose(changes);

beforeAll(async () => {
  environment = await startDoctorEnvironment();
});
afterAll(() => environment.close());

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
      ...WITHOUT_CREDENTIALS,
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

  test('is proven by the canary role that vendor-setup prints', async () => {
    const canary = {
      accountId: '999988880000',
      path: '/',
      name: 'CountersignCanary',
      externalId: 'canary-1',
    };
    const roles = createVendorRoles({
      accountId: VENDOR,
      broker: { path: '/', name: 'CountersignBroker', principal: { type: 'arn', arn: '' } },
      canary,
    });
    await putRole(environment.service.aws, canaryTrustPolicy(roles, canary), {
      account: canary.accountId,
      name: canary.name,
    });
    expect(notOk(await diagnose(environmentOf(roles)))).toEqual([]);
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
    const run = await diagnose(environment.brokerVariables({ sessionTags: true, sourceIdentity: false }));
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
    ...WITHOUT_CREDENTIALS,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    COUNTERSIGN_BROKER_SESSION_ATTRIBUTES: 'none',
  });
  expect(find(run, 'broker.session_attributes')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('transitive session tags'),
    fix: expect.stringContaining('tags'),
  });
});
