import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService } from '../../../test/harness/service.ts';
import { publishEvents } from '../../events/publish.ts';
import { recordChange } from '../../events/record.ts';
import { newId } from '../../lib/ids.ts';
import {
  createTestWebhook,
  deleteWebhooks,
  deliverDue,
  dispatcherOf,
  type Receiver,
  startReceiver,
} from '../receiver.fixture.ts';
import { readOldestPendingSeconds } from './oldest-pending.ts';
import { claimQueues, findDueDelivery } from './store.ts';

let service: TestService;
let replicas: TestService[];
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  service = await startTestService();
  replicas = [service];
  for (let i = 0; i < 2; i++) replicas.push(await startTestService({ replicaOf: service }));
  receiver = await startReceiver();
  other = await startReceiver();
});
afterEach(async () => {
  await deleteWebhooks(service);
  await publishEvents(service.deps);
  for (const one of [receiver, other]) {
    one.received.splice(0);
    one.answer = () => ({ status: 204 });
  }
});
afterAll(async () => {
  for (const replica of (replicas ?? []).slice(1)) await replica.close();
  for (const one of [receiver, other]) await one?.close();
  await service?.close();
});

/** Records an event of a connection, in a transaction of its own. */
async function record(connectionId: string | null, number: number, replica = service): Promise<void> {
  const data = { number };
  const event = { type: 'connection.verified', tenantId: null, connectionId, data } as const;
  await recordChange(replica.deps.database, service.clock, event);
}

const numbers = ({ received }: Receiver): number[] => received.map(({ body }) => body.data.number);

const listDeliveries = async (path: string, query = '') =>
  (await service.admin.get(`${path}/deliveries${query}`)).body.data;

test('a failed delivery is repeated until it succeeds, with the same ID and body; later ones of its connection wait', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  const connection = newId('connection');
  receiver.answer = () => ({ status: 503, body: 'later' });
  for (const number of [1, 2, 3]) await record(connection, number);
  await record(newId('connection'), 4);
  await deliverDue(service);
  expect(numbers(receiver).toSorted()).toEqual([1, 4]);
  const [latest] = await listDeliveries(webhook.path, '?limit=1');
  expect(latest).toMatchObject({
    status: 'pending',
    attempts: 1,
    eventType: 'connection.verified',
    responseStatus: 503,
    responseExcerpt: 'later',
    error: 'the receiver responded with status 503',
    nextAttemptAt: expect.any(String),
  });
  await deliverDue(service);
  expect(receiver.received, 'not before its time').toHaveLength(2);
  receiver.answer = () => ({ status: 200 });
  service.clock.advance(7);
  await deliverDue(service);
  expect(numbers(receiver).filter((number) => number !== 4)).toEqual([1, 1, 2, 3]);
  const [first, again] = receiver.received.filter(({ body }) => body.data.number === 1);
  expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(again?.text).toBe(first?.text);
  const all = await listDeliveries(webhook.path);
  expect(all).toHaveLength(4);
  for (const delivery of all)
    expect(delivery).toMatchObject({ status: 'delivered', nextAttemptAt: null, error: null });
});

test('a receiver that works again gets at once what waited for a retry', async () => {
  await createTestWebhook(service, receiver.url);
  receiver.answer = () => ({ status: 500 });
  await record(newId('connection'), 1);
  await deliverDue(service);
  for (const seconds of [7, 30, 120]) {
    service.clock.advance(seconds);
    await deliverDue(service);
  }
  service.clock.advance(60);
  await record(newId('connection'), 2);
  await deliverDue(service);
  receiver.received.splice(0);
  receiver.answer = () => ({ status: 204 });
  service.clock.advance(7);
  await deliverDue(service);
  expect(numbers(receiver)).toEqual([2, 1]);
});

test('after three days without success a webhook is disabled, with a reason, an event and one log line', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  await createTestWebhook(service, other.url, { types: ['webhook.disabled'] });
  receiver.answer = () => ({ status: 500 });
  const connection = newId('connection');
  await record(connection, 1);
  await record(connection, 2);
  const logged = service.logLines.length;
  for (let hours = 0; hours <= 71; hours += 2) {
    await deliverDue(service);
    service.clock.advance(7200);
  }
  expect((await service.admin.get(webhook.path)).body.status).toBe('enabled');
  service.clock.advance(7200);
  await deliverDue(service);
  expect((await service.admin.get(webhook.path)).body).toMatchObject({
    status: 'disabled',
    statusReason: 'delivery_failed',
    statusSince: service.clock.now().toISOString(),
  });
  const failed = await listDeliveries(webhook.path, '?status=failed');
  expect(failed).toMatchObject([{ status: 'failed', error: 'the receiver responded with status 500' }]);
  expect(numbers(receiver)).not.toContain(2);
  await deliverDue(service);
  expect(other.received.map(({ body }) => body)).toMatchObject([
    {
      type: 'webhook.disabled',
      data: { webhookId: webhook.id, reason: 'delivery_failed', host: new URL(receiver.url).host },
    },
  ]);
  expect(
    service.logLines.slice(logged).filter((line) => line.includes('a webhook is disabled')),
  ).toHaveLength(1);

  // Enabled again, it gets what was pending, and has three days again.
  await service.admin.patch(webhook.path, { status: 'enabled' });
  await deliverDue(service);
  expect(numbers(receiver)).toContain(2);
  expect((await service.admin.get(webhook.path)).body.status).toBe('enabled');
  receiver.received.splice(0);
  receiver.answer = () => ({ status: 204 });
  const [{ id }] = failed;
  const retried = await service.admin.post(`${webhook.path}/deliveries/${id}/retry`);
  expect([retried.status, retried.body.status]).toEqual([200, 'pending']);
  service.clock.advance(7);
  await deliverDue(service);
  expect(numbers(receiver)).toEqual([1, 2]);
});

test('a receiver that responds 410 Gone is asked no more', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  receiver.answer = () => ({ status: 410 });
  await record(null, 1);
  await deliverDue(service);
  const { body } = await service.admin.get(webhook.path);
  expect(body).toMatchObject({ status: 'disabled', statusReason: 'gone' });
  const [delivery] = await listDeliveries(webhook.path);
  const retried = await service.admin.post(`${webhook.path}/deliveries/${delivery.id}/retry`);
  expect([retried.status, retried.body.code]).toEqual([409, 'conflict']);
});

test('a receiver that never responds delays no other one, and keeps one attempt waiting', async () => {
  await createTestWebhook(service, receiver.url);
  await createTestWebhook(service, other.url);
  receiver.answer = () => 'no response';
  for (let number = 0; number < 12; number++) await record(newId('connection'), number);
  await publishEvents(service.deps);
  const dispatcher = dispatcherOf(service);
  await dispatcher.dispatch();
  while (other.received.length < 12) await new Promise((resolve) => setImmediate(resolve));
  expect(receiver.received.length).toBeLessThanOrEqual(4);
  await receiver.close();
  receiver = await startReceiver();
  await dispatcher.settle();
  expect(new Set(numbers(other))).toEqual(new Set(Array.from({ length: 12 }, (_, number) => number)));
});

test('three replicas share the deliveries: each is made once, and those of a connection in order', async () => {
  await createTestWebhook(service, receiver.url);
  const connections = Array.from({ length: 8 }, () => newId('connection'));
  const write = connections.map(async (connection, index) => {
    for (let number = 0; number < 6; number++)
      await record(connection, number, replicas[(index + number) % 3] as TestService);
  });
  let writing = true;
  const deliver = replicas.map(async (replica) => {
    while (writing) await deliverDue(replica);
    await deliverDue(replica);
  });
  await Promise.all(write);
  writing = false;
  await Promise.all(deliver);
  await deliverDue(service);
  expect(receiver.received).toHaveLength(48);
  for (const connection of connections) {
    const own = receiver.received.filter(({ body }) => body.connectionId === connection);
    expect(own.map(({ body }) => body.data.number)).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('a delivery of a process that was killed is made by another one when its lease ends', async () => {
  await createTestWebhook(service, receiver.url);
  await record(newId('connection'), 1);
  await publishEvents(service.deps);
  const limits = { total: 1, perWebhook: 1, ofWebhooks: new Map<string, number>() };
  // Claimed, and then nothing more: what a process leaves behind that dies here.
  const [claimed] = await claimQueues(service.deps.database, service.clock.now(), limits);
  expect(claimed && (await findDueDelivery(service.deps.database, claimed))).toBeTruthy();
  const [, replica] = replicas as [TestService, TestService];
  service.clock.advance(29);
  await deliverDue(replica);
  expect(receiver.received).toEqual([]);
  expect(await readOldestPendingSeconds(service.deps)).toBe(29);
  service.clock.advance(1);
  await deliverDue(replica);
  expect(numbers(receiver)).toEqual([1]);
  expect(await readOldestPendingSeconds(service.deps)).toBe(0);
});

test('an attempt whose lease has ended records nothing: another process makes the delivery', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  const connection = newId('connection');
  await record(connection, 1);
  await record(connection, 2);
  const [, replica] = replicas as [TestService, TestService];
  const answers = [
    async () => {
      service.clock.advance(31);
      await deliverDue(replica);
      return 500;
    },
    async () => 204,
    async () => 503,
  ];
  receiver.answer = async () => ({ status: (await answers.shift()?.()) ?? 204 });
  await deliverDue(service);
  expect(numbers(receiver)).toEqual([1, 1, 2]);
  expect(await listDeliveries(webhook.path)).toMatchObject([
    { status: 'pending', attempts: 1, responseStatus: 503 },
    { status: 'delivered', attempts: 1, responseStatus: 204, error: null },
  ]);
});

test('a delivery is created with its event: a transaction that rolls back delivers nothing', async () => {
  await createTestWebhook(service, receiver.url, { types: ['tenant.created', 'tenant.suspended'] });
  const tenant = await createTenant(service);
  await service.admin.post('/v1/tenants', { name: 'Other', reference: 'taken' });
  await service.admin.patch(tenant.path, { status: 'suspended', reference: 'taken' });
  await deliverDue(service);
  expect(receiver.types()).toEqual(['tenant.created', 'tenant.created']);
});

test('deliveries are listed in pages, the newest first', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  for (const number of [1, 2, 3]) await record(null, number);
  await deliverDue(service);
  const { body: first } = await service.admin.get(`${webhook.path}/deliveries?limit=2`);
  const { body: second } = await service.admin.get(`${webhook.path}/deliveries?cursor=${first.nextCursor}`);
  expect([first.data.length, second.data.length, second.nextCursor]).toEqual([2, 1, null]);
  const { body: feed } = await service.admin.get('/v1/events?types=connection.verified&limit=200');
  const newest = feed.data.slice(-3).map(({ id }: { id: string }) => id);
  const ids = [...first.data, ...second.data].map(({ eventId }) => eventId);
  expect(ids).toEqual(newest.toReversed());
});

test('metrics count the attempts by their outcome', async () => {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  for (const outcome of ['delivered', 'retried', 'failed'])
    expect(metrics).toMatch(new RegExp(`countersign_webhook_attempts_total\\{outcome="${outcome}"\\} [1-9]`));
  expect(metrics).toContain('countersign_webhook_oldest_pending_seconds 0');
});
