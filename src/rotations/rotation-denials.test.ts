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

// The clock stays where it is: the SDK asks again after a denial by an AWS whose Date is another than its own.
beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000, stsTimeoutSeconds: 60 } });
});
afterAll(() => service.close());

const rotation = (tenant: TestTenant) => `${tenant.path}/external-id/rotation`;
const start = async (tenant: TestTenant): Promise<string> =>
  (await service.admin.post(rotation(tenant))).body.rotation.externalId;
const verify = (connection: TestConnection) => service.admin.post(`${connection.path}/verification`);
const admit = (connection: TestConnection, ...ids: string[]) =>
  putRole(service.aws, trustPolicyRequiring(...ids), { name: connection.roleName, exists: true });
/** By a worker of its own, for whom nothing is cached. */
const draw = async (connection: TestConnection) =>
  (await createKey(service, { role: 'worker' })).caller.post(`${connection.path}/credentials`, {});

describe('a draw that AWS denies while a rotation runs', () => {
  /** A connection that was proven with the new ID and admits these now, for a worker that has drawn nothing yet. */
  async function moved(admits: (old: string, successor: string) => string[]) {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, tenant.externalId, successor);
    await verify(connection);
    await admit(connection, ...admits(tenant.externalId, successor));
    return { tenant, connection, old: tenant.externalId, successor };
  }
  /** Lets go what AWS holds back, and has it hold the next call with this ID; answers when that has come. */
  async function holdNext(connection: TestConnection, externalId: string | null): Promise<void> {
    const before = service.aws.calls.length;
    service.aws.faults.clear();
    service.aws.faults.set('hang', { roleArn: connection.roleArn, externalId, times: 1 });
    const held = () =>
      service.aws.calls
        .slice(before)
        .some(
          (call) =>
            call.roleArn === connection.roleArn &&
            call.externalId === externalId &&
            call.outcome === 'pending',
        );
    await expect.poll(held, { timeout: 20_000 }).toBe(true);
  }
  const grantedWith = (connection: TestConnection) =>
    service.aws.calls.filter((call) => call.roleArn === connection.roleArn && call.outcome === 'ok').at(-1)
      ?.externalId;
  afterEach(() => service.aws.faults.clear());

  test('is answered with the old ID when the customer took the proven new one out again', async () => {
    const { connection, old } = await moved((old) => [old]);
    expect((await draw(connection)).status).toBe(200);
    expect(grantedWith(connection)).toBe(old);
  });

  test('is answered with the same ID when the customer has put that back before it is proven anew', async () => {
    const { connection, successor } = await moved((old) => [old]);
    const drawing = draw(connection);
    await holdNext(connection, successor);
    await holdNext(connection, successor);
    await admit(connection, successor);
    service.aws.faults.clear();
    expect((await drawing).status).toBe(200);
    expect(grantedWith(connection)).toBe(successor);
  });

  test('is answered when the customer changes from the old ID to the new one between the questions about them', async () => {
    const { connection, old, successor } = await moved((old) => [old]);
    const drawing = draw(connection);
    await holdNext(connection, old);
    await admit(connection, successor);
    service.aws.faults.clear();
    expect((await drawing).status).toBe(200);
    expect(grantedWith(connection)).toBe(successor);
  });

  test('is not answered by a follow-up that had asked the role before', async () => {
    const { connection, old, successor } = await moved((old) => [old]);
    const first = draw(connection);
    await holdNext(connection, successor);
    await holdNext(connection, successor);
    await admit(connection, successor);
    // Its follow-up has found the new ID right, and waits for the answer to another probe.
    await holdNext(connection, null);
    await admit(connection, old);
    const denied = service.aws.calls.length;
    const second = draw(connection);
    await expect
      .poll(() =>
        service.aws.calls
          .slice(denied)
          .some((call) => call.externalId === successor && call.outcome === 'AccessDenied'),
      )
      .toBe(true);
    service.aws.faults.clear();
    expect((await second).status).toBe(200);
    expect(grantedWith(connection)).toBe(old);
    expect([200, 409]).toContain((await first).status);
  });

  test('is refused once AWS has denied it twice, and nothing is tried in circles', async () => {
    const { connection, old, successor } = await moved((old) => [old]);
    const drawing = draw(connection);
    // The old ID has been admitted by then, and is taken out before the draw is made with it.
    await holdNext(connection, null);
    await admit(connection, 'nobody');
    service.aws.faults.clear();
    expect((await drawing).body.code).toBe('role_not_assumable');
    expect(service.aws.calls.filter((call) => call.roleArn === connection.roleArn).at(-1)).toMatchObject({
      externalId: old,
      outcome: 'AccessDenied',
    });
    await admit(connection, successor);
    expect((await draw(connection)).status).toBe(200);
  });

  test('is answered with the ID that is left when the rotation is cancelled while the role is asked', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, successor);
    const drawing = draw(connection);
    await holdNext(connection, null);
    expect((await service.admin.delete(rotation(tenant))).status).toBe(204);
    await admit(connection, tenant.externalId);
    service.aws.faults.clear();
    expect((await drawing).status).toBe(200);
    expect(grantedWith(connection)).toBe(tenant.externalId);
  });
});
