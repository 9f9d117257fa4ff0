import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;

// The clock is not advanced: after a denial, the SDK retries if the Date of the response differs from its own clock.
beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000, stsTimeoutSeconds: 60 } });
});
afterAll(() => service.close());

const rotation = (tenant: TestTenant) => `${tenant.path}/external-id/rotation`;
const start = async (tenant: TestTenant): Promise<string> =>
  (await service.admin.post(rotation(tenant))).body.rotation.externalId;
const verify = (connection: TestConnection) => service.admin.post(`${connection.path}/verification`);
const setAllowedIds = (connection: TestConnection, ...ids: string[]) =>
  putRole(service.aws, trustPolicyRequiring(...ids), { name: connection.roleName, exists: true });
/** Uses a new worker each time, for which nothing is cached. */
const issue = async (connection: TestConnection) =>
  (await createKey(service, { role: 'worker' })).caller.post(`${connection.path}/credentials`, {});

describe('a request for credentials that AWS denies during a rotation', () => {
  /** Creates a connection that was verified with the successor and whose role allows other external IDs since. */
  async function createMovedConnection(allowedIds: (current: string, successor: string) => string[]) {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, tenant.externalId, successor);
    await verify(connection);
    await setAllowedIds(connection, ...allowedIds(tenant.externalId, successor));
    return { tenant, connection, current: tenant.externalId, successor };
  }
  /** Releases held calls, makes the emulator hold the next call with this external ID, and waits for that call. */
  async function holdNextCall(connection: TestConnection, externalId: string | null): Promise<void> {
    const before = service.aws.calls.length;
    service.aws.faults.clear();
    service.aws.faults.set('hang', { roleArn: connection.roleArn, externalId, times: 1 });
    const isHeld = () =>
      service.aws.calls
        .slice(before)
        .some(
          (call) =>
            call.roleArn === connection.roleArn &&
            call.externalId === externalId &&
            call.outcome === 'pending',
        );
    await expect.poll(isHeld, { timeout: 20_000 }).toBe(true);
  }
  const lastAllowedId = (connection: TestConnection) =>
    service.aws.calls.filter((call) => call.roleArn === connection.roleArn && call.outcome === 'ok').at(-1)
      ?.externalId;
  afterEach(() => service.aws.faults.clear());

  test('succeeds with the current ID if the customer has removed the successor again', async () => {
    const { connection, current } = await createMovedConnection((current) => [current]);
    expect((await issue(connection)).status).toBe(200);
    expect(lastAllowedId(connection)).toBe(current);
  });

  test('succeeds with the same ID if the customer has restored it before the role is verified again', async () => {
    const { connection, successor } = await createMovedConnection((current) => [current]);
    const pending = issue(connection);
    await holdNextCall(connection, successor);
    await holdNextCall(connection, successor);
    await setAllowedIds(connection, successor);
    service.aws.faults.clear();
    expect((await pending).status).toBe(200);
    expect(lastAllowedId(connection)).toBe(successor);
  });

  test('succeeds if the customer replaces the current ID by the successor between the probes for them', async () => {
    const { connection, current, successor } = await createMovedConnection((current) => [current]);
    const pending = issue(connection);
    await holdNextCall(connection, current);
    await setAllowedIds(connection, successor);
    service.aws.faults.clear();
    expect((await pending).status).toBe(200);
    expect(lastAllowedId(connection)).toBe(successor);
  });

  test('does not use the result of a follow-up that had started before the denial', async () => {
    const { connection, current, successor } = await createMovedConnection((current) => [current]);
    const first = issue(connection);
    await holdNextCall(connection, successor);
    await holdNextCall(connection, successor);
    await setAllowedIds(connection, successor);
    // Its follow-up has found that the role allows the successor, and waits for another probe.
    await holdNextCall(connection, null);
    await setAllowedIds(connection, current);
    const denied = service.aws.calls.length;
    const second = issue(connection);
    await expect
      .poll(() =>
        service.aws.calls
          .slice(denied)
          .some((call) => call.externalId === successor && call.outcome === 'AccessDenied'),
      )
      .toBe(true);
    service.aws.faults.clear();
    expect((await second).status).toBe(200);
    expect(lastAllowedId(connection)).toBe(current);
    expect([200, 409]).toContain((await first).status);
  });

  test('fails after a second denial and is not retried endlessly', async () => {
    const { connection, current, successor } = await createMovedConnection((current) => [current]);
    const pending = issue(connection);
    // The probe with the current ID has succeeded; the ID is removed before AssumeRole is called with it.
    await holdNextCall(connection, null);
    await setAllowedIds(connection, 'nobody');
    service.aws.faults.clear();
    expect((await pending).body.code).toBe('role_not_assumable');
    expect(service.aws.calls.filter((call) => call.roleArn === connection.roleArn).at(-1)).toMatchObject({
      externalId: current,
      outcome: 'AccessDenied',
    });
    await setAllowedIds(connection, successor);
    expect((await issue(connection)).status).toBe(200);
  });

  test('succeeds with the remaining ID if the rotation is cancelled during the probes', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, successor);
    const pending = issue(connection);
    await holdNextCall(connection, null);
    expect((await service.admin.delete(rotation(tenant))).status).toBe(204);
    await setAllowedIds(connection, tenant.externalId);
    service.aws.faults.clear();
    expect((await pending).status).toBe(200);
    expect(lastAllowedId(connection)).toBe(tenant.externalId);
  });
});
