import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { RepeatCounter } from './repeat-counter.ts';

let service: TestService;
let worker: Caller;

beforeAll(async () => {
  service = await startTestService({ config: { auditRepeats: 'summarized' } });
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterAll(() => service.close());

const listIssued = async (tenantId: string) => {
  const { body } = await service.admin.get(`/v1/audit-events?tenantId=${tenantId}&action=credentials.issued`);
  return body.data.reverse();
};

test('each holder of a session is an event; repetitions are one event with their number and times', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const other = (await createKey(service, { role: 'worker' })).caller;
  const issue = (caller: Caller, purpose: string) =>
    caller.post(`${connection.path}/credentials`, { purpose });
  const { body: issued } = await issue(worker, 'backup');
  const firstAt = service.clock.now().toISOString();
  await issue(worker, 'backup');
  service.clock.advance(30);
  const lastAt = service.clock.now().toISOString();
  await issue(worker, 'backup');
  await issue(worker, 'report');
  await issue(other, 'backup');
  expect(
    (await listIssued(tenant.id)).map(({ detail }: { detail: { purpose: string } }) => detail.purpose),
  ).toEqual(['backup', 'report', 'backup']);
  await service.deps.repeats?.flush();
  await service.deps.repeats?.flush();
  const events = await listIssued(tenant.id);
  expect(events).toHaveLength(4);
  expect(events.at(-1)).toMatchObject({
    actor: events[0].actor.id ? { id: events[0].actor.id } : {},
    requestId: null,
    detail: {
      ...events[0].detail,
      accessKeyId: issued.accessKeyId,
      purpose: 'backup',
      cached: true,
      repeats: { count: 2, firstAt, lastAt },
    },
  });
});

test('at the end of the process, the counts are recorded', async () => {
  const replica = await startTestService({ replicaOf: service, config: { auditRepeats: 'summarized' } });
  const { tenant, connection } = await createConnectedTenant(service);
  const { key } = await createKey(service, { role: 'worker' });
  for (let i = 0; i < 3; i++) await replica.as(key).post(`${connection.path}/credentials`);
  await replica.close();
  const events = await listIssued(tenant.id);
  expect(events.map(({ detail }: { detail: object }) => detail)).toEqual([
    expect.not.objectContaining({ repeats: expect.anything() }),
    expect.objectContaining({ repeats: expect.objectContaining({ count: 2 }) }),
  ]);
});

test('when a summary cannot be written, no session is handed out again until events can be written', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const issue = async () => (await worker.post(`${connection.path}/credentials`)).status;
  expect([await issue(), await issue()]).toEqual([200, 200]);
  await service.queryAsOwner('REVOKE INSERT (body) ON unsealed_audit_events FROM countersign_service');
  await expect(service.deps.repeats?.flush()).rejects.toThrow();
  expect(await issue()).toBe(503);
  await service.queryAsOwner('GRANT INSERT (body) ON unsealed_audit_events TO countersign_service');
  expect(await issue()).toBe(200);
  await service.deps.repeats?.flush();
  expect(await issue()).toBe(200);
  await service.deps.repeats?.flush();
  const counts = (await listIssued(tenant.id)).map(
    ({ detail }: { detail: { repeats?: { count: number } } }) => detail.repeats?.count ?? 'event',
  );
  expect(counts).toEqual(['event', 'event', 1, 1]);
});

type Step =
  | { do: 'issue'; key: number }
  | { do: 'advance'; seconds: number }
  | { do: 'flush' }
  | { do: 'break' }
  | { do: 'repair' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('issue' as const), key: fc.nat(4) }) },
  fc.constantFrom<Step[]>({ do: 'flush' }, { do: 'break' }, { do: 'repair' }),
  fc.record({ do: fc.constant('advance' as const), seconds: fc.nat(4000) }),
);

test('whatever happens, each hand-out is an event or in one count, and a holder is an event before any count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = { time: 0, now: () => new Date(clock.time) };
      let isBroken = false;
      const written = new Map<number, number>();
      const add = (key: number, count: number) => {
        if (isBroken) throw new Error('broken');
        written.set(key, (written.get(key) ?? 0) + count);
      };
      const counter = new RepeatCounter<number>({
        clock,
        maxEntries: 3,
        writeSummary: async (key, { count, firstAt, lastAt }) => {
          expect(written.get(key)).toBeGreaterThan(0);
          expect(firstAt.getTime()).toBeLessThanOrEqual(lastAt.getTime());
          add(key, count);
        },
      });
      const handedOut = new Map<number, number>();
      for (const step of steps) {
        if (step.do === 'break') isBroken = true;
        else if (step.do === 'repair') isBroken = false;
        else if (step.do === 'advance') clock.time += step.seconds * 1000;
        else if (step.do === 'flush') await counter.flush().catch(() => undefined);
        else {
          const { key } = step;
          const input = { handOut: key, endsAt: new Date(clock.time + 3_600_000) };
          const done = await Promise.allSettled(
            [1, 2].map(() => counter.record(`${key}`, input, async () => add(key, 1))),
          );
          const count = done.filter(({ status }) => status === 'fulfilled').length;
          handedOut.set(key, (handedOut.get(key) ?? 0) + count);
        }
      }
      isBroken = false;
      await counter.flush();
      for (const [key, count] of handedOut) expect(written.get(key) ?? 0).toBe(count);
    }),
    { numRuns: 200 },
  );
});
