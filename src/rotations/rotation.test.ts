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
const draw = (connection: TestConnection) => worker.post(`${connection.path}/credentials`, {});
const admit = (connection: TestConnection, ...ids: string[]) =>
  putRole(service.aws, trustPolicyRequiring(...ids), { name: connection.roleName, exists: true });
/** Past every cached session, so that the next draw asks AWS. */
const letSessionsEnd = () => service.clock.advance(3601);

describe('a rotation', () => {
  test('shows both IDs in the kit, moves a connection when it is proven, and retires the old ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    const kit = (await service.admin.get(`${tenant.path}/setup`)).body;
    expect(kit.trustPolicy.Statement[0].Condition.StringEquals['sts:ExternalId']).toEqual([
      tenant.externalId,
      successor,
    ]);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
    await admit(connection, tenant.externalId, successor);
    expect((await verify(connection)).outcome).toBe('verified');
    const moved = (await service.admin.get(`${tenant.path}/external-id`)).body;
    expect(moved.rotation.connections).toEqual({ moved: 1, total: 1 });
    const done = await complete(tenant);
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({ externalId: successor, rotation: null });
    expect(done.body.retired[0].externalId).toBe(tenant.externalId);
    await admit(connection, successor);
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
  });

  test('a customer who is late stays on the old ID and keeps working', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    await start(tenant);
    expect((await verify(connection)).outcome).toBe('verified');
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
  });

  test('a customer who swaps the IDs before any verification keeps working', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, successor);
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
    expect((await complete(tenant)).status).toBe(200);
  });

  test('is not completed over a customer who went back to the old ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, tenant.externalId, successor);
    await verify(connection);
    await admit(connection, tenant.externalId);
    expect((await complete(tenant)).body.code).toBe('rotation_incomplete');
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
  });

  test('cancelled, moves connections back that still admit the old ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, tenant.externalId, successor);
    await verify(connection);
    expect((await cancel(tenant)).status).toBe(204);
    const after = (await service.admin.get(`${tenant.path}/external-id`)).body;
    expect(after).toMatchObject({ externalId: tenant.externalId, rotation: null });
    expect(after.retired[0].externalId).toBe(successor);
    await admit(connection, tenant.externalId);
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
  });

  test('is not cancelled over a customer who only admits the new ID', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, successor);
    await verify(connection);
    expect((await cancel(tenant)).body.code).toBe('conflict');
    letSessionsEnd();
    expect((await draw(connection)).status).toBe(200);
  });

  test('runs once at a time; without one there is nothing to complete or cancel', async () => {
    const { tenant } = await createConnectedTenant(service);
    expect((await complete(tenant)).status).toBe(409);
    expect((await cancel(tenant)).status).toBe(404);
    const starts = await Promise.all(Array.from({ length: 5 }, () => service.admin.post(rotation(tenant))));
    expect(starts.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('decides nothing while STS throttles', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const successor = await start(tenant);
    await admit(connection, tenant.externalId, successor);
    await verify(connection);
    service.aws.faults.set('throttle', { roleArn: connection.roleArn });
    const throttled = await complete(tenant);
    service.aws.faults.clear();
    expect(throttled.body.code).toBe('aws_throttled');
    expect((await complete(tenant)).status).toBe(200);
  });
});

/** What the model knows: which of the tenant's IDs live, and which of them each customer's role admits. */
interface Model {
  current: string;
  successor: string | null;
  tombstones: string[];
  admitted: string[][];
}
interface Real {
  tenant: TestTenant;
  connections: TestConnection[];
}
type Step = fc.AsyncCommand<Model, Real>;

const live = (model: Model) => [model.current, ...(model.successor ? [model.successor] : [])];
const works = (model: Model, i: number) => model.admitted[i]?.some((id) => live(model).includes(id)) ?? false;

/** A working connection works: the one sentence that every step is followed by. */
async function allWork(model: Model, real: Real): Promise<void> {
  letSessionsEnd();
  for (const [i, connection] of real.connections.entries()) {
    const { status } = (await service.admin.get(connection.path)).body;
    const answer = await draw(connection);
    if (status === 'verified' && works(model, i)) expect(answer.status, JSON.stringify(model)).toBe(200);
    else if (!works(model, i)) expect(answer.status).toBe(409);
  }
  const { body } = await service.admin.get(`${real.tenant.path}/external-id`);
  expect([body.externalId, body.rotation?.externalId ?? null]).toEqual([model.current, model.successor]);
  expect(body.retired.map((id: { externalId: string }) => id.externalId).sort()).toEqual(
    [...model.tombstones].sort(),
  );
}

function customerAdmits(i: number, which: 'old' | 'new' | 'both'): Step {
  return {
    check: (model) => model.successor !== null || which === 'old',
    toString: () => `customer ${i} admits ${which}`,
    async run(model, real) {
      const ids =
        which === 'old' ? [model.current] : which === 'new' ? [model.successor as string] : live(model);
      model.admitted[i] = ids;
      const connection = real.connections[i] as TestConnection;
      await admit(connection, ...ids);
      // One that had stopped working, by its customer's own doing, is verified again when it is mended.
      if ((await service.admin.get(connection.path)).body.status !== 'verified') await verify(connection);
      await allWork(model, real);
    },
  };
}

function vendor(
  name: string,
  check: (model: Model) => boolean,
  act: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    check,
    toString: () => name,
    async run(model, real) {
      const before = real.connections.map((_, i) => works(model, i));
      await act(model, real);
      expect(
        real.connections.map((_, i) => works(model, i)),
        `${name} broke what worked`,
      ).toEqual(before);
      await allWork(model, real);
    },
  };
}

const steps: fc.Arbitrary<Step>[] = [
  fc
    .tuple(fc.nat(1), fc.constantFrom<'old' | 'new' | 'both'>('old', 'new', 'both'))
    .map(([i, which]) => customerAdmits(i, which)),
  fc.constant(
    vendor(
      'start',
      (model) => model.successor === null,
      async (model, { tenant }) => {
        model.successor = await start(tenant);
      },
    ),
  ),
  fc.nat(1).map((i) =>
    vendor(
      `verify ${i}`,
      () => true,
      async (_, { connections }) => {
        await verify(connections[i] as TestConnection);
      },
    ),
  ),
  fc.constant(
    vendor(
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
    vendor(
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

test('in whatever order customers and vendor act, a working connection never stops working because of a rotation', async () => {
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
            admitted: [[tenant.externalId], [tenant.externalId]],
          },
          real: { tenant, connections: [connection, second] },
        };
      }, commands);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
