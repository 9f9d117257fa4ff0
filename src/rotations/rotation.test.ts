import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
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
let worker: Caller;

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterAll(() => service.close());

const rotation = (tenant: TestTenant) => `${tenant.path}/external-id/rotation`;
const start = async (tenant: TestTenant): Promise<string> =>
  (await service.admin.post(rotation(tenant))).body.rotation.externalId;
const complete = (tenant: TestTenant) => service.admin.post(`${rotation(tenant)}/complete`);
const cancel = (tenant: TestTenant) => service.admin.delete(rotation(tenant));
const verify = async (connection: TestConnection) =>
  (await service.admin.post(`${connection.path}/verification`)).body;
const issue = (connection: TestConnection) => worker.post(`${connection.path}/credentials`, {});
const setAllowedIds = (connection: TestConnection, ...ids: string[]) =>
  putRole(service.aws, trustPolicyRequiring(...ids), { name: connection.roleName, exists: true });
/** Lets every cached session expire, so that the next request for credentials calls AWS. */
const expireSessions = () => service.clock.advance(3601);

describe('a rotation', () => {
  test('shows both IDs in the setup kit, moves a connection when it is verified, and retires the replaced ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    const kit = (await service.admin.get(`${tenant.path}/setup`)).body;
    expect(kit.trustPolicy.Statement[0].Condition.StringEquals['sts:ExternalId']).toEqual([
      tenant.externalId,
      successor,
    ]);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
    await setAllowedIds(connection, tenant.externalId, successor);
    expect((await verify(connection)).outcome).toBe('verified');
    const moved = (await service.admin.get(`${tenant.path}/external-id`)).body;
    expect(moved.rotation.connections).toEqual({ moved: 1, total: 1 });
    const done = await complete(tenant);
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({ externalId: successor, rotation: null });
    expect(done.body.retired[0].externalId).toBe(tenant.externalId);
    await setAllowedIds(connection, successor);
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
  });

  test('keeps a connection working whose customer has not added the successor yet', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    await start(tenant);
    expect((await verify(connection)).outcome).toBe('verified');
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
  });

  test('keeps a connection working whose customer replaces the ID before any verification', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, successor);
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
    expect((await complete(tenant)).status).toBe(200);
  });

  test('is not completed if a customer has gone back to the current ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, tenant.externalId, successor);
    await verify(connection);
    await setAllowedIds(connection, tenant.externalId);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
  });

  test('moves connections back when it is cancelled, if their roles still allow the current ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, tenant.externalId, successor);
    await verify(connection);
    expect((await cancel(tenant)).status).toBe(204);
    const after = (await service.admin.get(`${tenant.path}/external-id`)).body;
    expect(after).toMatchObject({ externalId: tenant.externalId, rotation: null });
    expect(after.retired[0].externalId).toBe(successor);
    await setAllowedIds(connection, tenant.externalId);
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
  });

  test('is not cancelled if a role allows only the successor', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, successor);
    await verify(connection);
    expect((await cancel(tenant)).body.code).toBe('conflict');
    expireSessions();
    expect((await issue(connection)).status).toBe(200);
  });

  test('runs once at a time; without one, completing and cancelling fail', async () => {
    const { tenant } = await createConnectedTenant(service);
    expect((await complete(tenant)).status).toBe(409);
    expect((await cancel(tenant)).status).toBe(404);
    const starts = await Promise.all(Array.from({ length: 5 }, () => service.admin.post(rotation(tenant))));
    expect(starts.map((response) => response.status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('is neither completed nor cancelled while STS throttles', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await setAllowedIds(connection, tenant.externalId, successor);
    await verify(connection);
    service.aws.faults.set('throttle', { roleArn: connection.roleArn });
    const throttled = await complete(tenant);
    service.aws.faults.clear();
    expect(throttled.body.code).toBe('aws_throttled');
    expect((await complete(tenant)).status).toBe(200);
  });
});

/** The expected state: the tenant's external IDs, and those that each customer's role allows. */
interface Model {
  current: string;
  successor: string | null;
  tombstones: string[];
  allowed: string[][];
}
interface Real {
  tenant: TestTenant;
  connections: TestConnection[];
}
type Step = fc.AsyncCommand<Model, Real>;

const activeIds = (model: Model) => [model.current, ...(model.successor ? [model.successor] : [])];
const isWorking = (model: Model, i: number) =>
  model.allowed[i]?.some((id) => activeIds(model).includes(id)) ?? false;

/** Checked after every step: a connection whose role allows an active external ID gets credentials. */
async function assertAllWork(model: Model, real: Real): Promise<void> {
  expireSessions();
  for (const [i, connection] of real.connections.entries()) {
    const { status } = (await service.admin.get(connection.path)).body;
    const response = await issue(connection);
    if (status === 'verified' && isWorking(model, i))
      expect(response.status, JSON.stringify(model)).toBe(200);
    else if (!isWorking(model, i)) expect(response.status).toBe(409);
  }
  const { body } = await service.admin.get(`${real.tenant.path}/external-id`);
  expect([body.externalId, body.rotation?.externalId ?? null]).toEqual([model.current, model.successor]);
  expect(body.retired.map((id: { externalId: string }) => id.externalId).sort()).toEqual(
    [...model.tombstones].sort(),
  );
}

function customerAllows(i: number, which: 'current' | 'successor' | 'both'): Step {
  return {
    check: (model) => model.successor !== null || which === 'current',
    toString: () => `customer ${i} allows ${which}`,
    async run(model, real) {
      const ids =
        which === 'current'
          ? [model.current]
          : which === 'successor'
            ? [model.successor as string]
            : activeIds(model);
      model.allowed[i] = ids;
      const connection = real.connections[i] as TestConnection;
      await setAllowedIds(connection, ...ids);
      // A connection that its customer had broken is verified again when the customer has fixed the role.
      if ((await service.admin.get(connection.path)).body.status !== 'verified') await verify(connection);
      await assertAllWork(model, real);
    },
  };
}

function vendorStep(
  name: string,
  check: (model: Model) => boolean,
  act: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    check,
    toString: () => name,
    async run(model, real) {
      const before = real.connections.map((_, i) => isWorking(model, i));
      await act(model, real);
      expect(
        real.connections.map((_, i) => isWorking(model, i)),
        `${name} broke what worked`,
      ).toEqual(before);
      await assertAllWork(model, real);
    },
  };
}

const steps: fc.Arbitrary<Step>[] = [
  fc
    .tuple(fc.nat(1), fc.constantFrom<'current' | 'successor' | 'both'>('current', 'successor', 'both'))
    .map(([i, which]) => customerAllows(i, which)),
  fc.constant(
    vendorStep(
      'start',
      (model) => model.successor === null,
      async (model, { tenant }) => {
        model.successor = await start(tenant);
      },
    ),
  ),
  fc.nat(1).map((i) =>
    vendorStep(
      `verify ${i}`,
      () => true,
      async (_, { connections }) => {
        await verify(connections[i] as TestConnection);
      },
    ),
  ),
  fc.constant(
    vendorStep(
      'complete',
      (model) => model.successor !== null,
      async (model, { tenant }) => {
        const { status } = await complete(tenant);
        expect([200, 409]).toContain(status);
        if (status !== 200) return;
        model.tombstones.push(model.current);
        model.current = model.successor as string;
        model.successor = null;
      },
    ),
  ),
  fc.constant(
    vendorStep(
      'cancel',
      (model) => model.successor !== null,
      async (model, { tenant }) => {
        const { status } = await cancel(tenant);
        expect([204, 409]).toContain(status);
        if (status !== 204) return;
        model.tombstones.push(model.successor as string);
        model.successor = null;
      },
    ),
  ),
];

test('a rotation never breaks a working connection, in whatever order customers and vendor act', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 12 }), async (commands) => {
      await fc.asyncModelRun(async () => {
        const { tenant, connection } = await createConnectedTenant(service);
        const roleArn = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
        const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
        const second = {
          id: body.id,
          path: `${tenant.path}/connections/${body.id}`,
          roleArn,
          roleName: roleArn.split('/').at(-1) as string,
        };
        await verify(second);
        return {
          model: {
            current: tenant.externalId,
            successor: null,
            tombstones: [],
            allowed: [[tenant.externalId], [tenant.externalId]],
          },
          real: { tenant, connections: [connection, second] },
        };
      }, commands);
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);
