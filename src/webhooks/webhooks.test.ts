import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService } from '../../test/harness/service.ts';
import {
  createTestWebhook,
  deleteWebhooks,
  deliverDue,
  type Received,
  type Receiver,
  startReceiver,
  verify,
} from './receiver.fixture.ts';

let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterEach(async () => {
  await deleteWebhooks(service);
  receiver.received.splice(0);
  receiver.answer = () => ({ status: 204 });
});
afterAll(async () => {
  await receiver?.close();
  await service?.close();
});

const only = (): Received => {
  expect(receiver.received).toHaveLength(1);
  return receiver.received[0] as Received;
};

test('a message is the event as the feed shows it, signed as Standard Webhooks says', async () => {
  const { secret } = await createTestWebhook(service, receiver.url);
  const tenant = await createTenant(service);
  await deliverDue(service);
  const message = only();
  const { body: feed } = await service.admin.get(`/v1/events?tenantId=${tenant.id}`);
  const [event] = feed.data;
  expect(verify(message, secret)).toEqual({ ...event, timestamp: event.at });
  expect(message.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': event.id,
    'user-agent': expect.stringMatching(/^Countersign\//),
  });
  // By hand too, because the library signs and verifies with the same code.
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  expect(key).toHaveLength(32);
  const signed = `${event.id}.${message.headers['webhook-timestamp']}.${message.text}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(message.headers['webhook-signature']).toBe(`v1,${signature}`);
  expect(() => verify({ ...message, text: `${message.text} ` }, secret)).toThrow();
});

test('for 24 hours after a rotation, messages have a signature of both secrets', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  const { status, body } = await service.admin.post(`${webhook.path}/secret`);
  expect(status).toBe(200);
  expect(body.secret).not.toBe(webhook.secret);
  expect(Date.parse(body.previousSecretExpiresAt) - service.clock.now().getTime()).toBe(86_400_000);
  await createTenant(service);
  await deliverDue(service);
  const message = only();
  expect(message.headers['webhook-signature']?.toString().split(' ')).toHaveLength(2);
  expect(verify(message, body.secret)).toEqual(verify(message, webhook.secret));
});

test('after that, the previous secret signs nothing', async () => {
  const other = await startTestService();
  const webhook = await createTestWebhook(other, receiver.url);
  await other.admin.post(`${webhook.path}/secret`);
  other.clock.advance(86_400);
  await createTenant(other);
  await deliverDue(other);
  expect(only().headers['webhook-signature']?.toString().split(' ')).toHaveLength(1);
  await other.close();
});

test('a webhook gets only the types that it asked for, and none while it is disabled', async () => {
  const webhook = await createTestWebhook(service, receiver.url, { types: ['tenant.suspended'] });
  const tenant = await createTenant(service);
  const suspend = () => service.admin.patch(tenant.path, { status: 'suspended' });
  const resume = () => service.admin.patch(tenant.path, { status: 'active' });
  await suspend();
  await resume();
  await deliverDue(service);
  expect(receiver.types()).toEqual(['tenant.suspended']);
  const disabled = await service.admin.patch(webhook.path, { status: 'disabled' });
  expect(disabled.body).toMatchObject({ status: 'disabled', statusReason: 'requested' });
  await suspend();
  await resume();
  await deliverDue(service);
  const enabled = await service.admin.patch(webhook.path, { status: 'enabled', types: null });
  expect(enabled.body).toMatchObject({ status: 'enabled', statusReason: null, types: null });
  await deliverDue(service);
  expect(receiver.types()).toEqual(['tenant.suspended']);
  await suspend();
  await resume();
  await deliverDue(service);
  expect(receiver.types()).toEqual(['tenant.suspended', 'tenant.suspended', 'tenant.resumed']);
});

test('the secret is returned once, is in no later answer, log line or audit event, and is stored encrypted', async () => {
  const secretsKey = 'an example key with enough characters';
  const encrypting = await startTestService({ config: { webhooks: { privateHosts: [], secretsKey } } });
  const { secret, path, id } = await createTestWebhook(encrypting, receiver.url);
  const { body: rotated } = await encrypting.admin.post(`${path}/secret`);
  const answers = await Promise.all([
    encrypting.admin.get(path),
    encrypting.admin.get('/v1/webhooks'),
    encrypting.admin.get('/v1/audit-events'),
    encrypting.admin.get('/v1/events'),
    encrypting.admin.get(`${path}/deliveries`),
  ]);
  const { rows } = await encrypting.queryAsOwner('SELECT secret, previous_secret FROM webhooks');
  const stored = Buffer.concat([rows[0].secret, rows[0].previous_secret]).toString('latin1');
  for (const text of [...answers.map(({ text }) => text), ...encrypting.logLines, stored])
    for (const one of [secret, rotated.secret]) expect(text).not.toContain(one.slice(6));
  await createTenant(encrypting);
  await deliverDue(encrypting);
  expect(verify(only(), secret)).toBeTruthy();

  // A replica without the key sends nothing, rather than something unsigned.
  const wrong = await startTestService({ replicaOf: encrypting });
  const test = await wrong.as(encrypting.adminKey).post(`/v1/webhooks/${id}/test`);
  expect(test.body).toMatchObject({
    outcome: 'failed',
    error: expect.stringContaining('COUNTERSIGN_WEBHOOK_SECRETS_KEY'),
  });
  expect(receiver.received).toHaveLength(1);
  await wrong.close();
  await encrypting.close();
});

test('only the role of the service, and the owner of the database, can read the secrets', async () => {
  const { rows } = await service.queryAsOwner(
    `SELECT grantee FROM information_schema.column_privileges
     WHERE table_name = 'webhooks' AND column_name = 'secret' AND grantee <> current_user`,
  );
  expect(new Set(rows.map(({ grantee }) => grantee))).toEqual(new Set(['countersign_service']));
});

test('a test message is sent once, signed, and its result returned; also for a disabled webhook', async () => {
  const webhook = await createTestWebhook(service, receiver.url);
  await service.admin.patch(webhook.path, { status: 'disabled' });
  const { status, body } = await service.admin.post(`${webhook.path}/test`);
  expect([status, body]).toEqual([
    200,
    { outcome: 'delivered', responseStatus: 204, responseExcerpt: null, error: null },
  ]);
  expect(verify(only(), webhook.secret)).toMatchObject({
    type: 'webhook.test',
    data: { webhookId: webhook.id },
  });
  receiver.answer = () => ({ status: 500, body: `broken\0 ${'x'.repeat(10_000)}` });
  const failed = await service.admin.post(`${webhook.path}/test`);
  expect(failed.body).toMatchObject({ outcome: 'failed', responseStatus: 500 });
  expect(failed.body.responseExcerpt).toMatch(/^broken {1,2}x+$/);
  expect(failed.body.responseExcerpt.length).toBeLessThanOrEqual(500);
  expect((await service.admin.get(`${webhook.path}/deliveries`)).body.data).toEqual([]);
});

test('a redirect is not followed', async () => {
  const target = await startReceiver();
  const webhook = await createTestWebhook(service, receiver.url);
  for (const status of [301, 302, 303, 307, 308]) {
    receiver.answer = () => ({ status, headers: { location: target.url } });
    const { body } = await service.admin.post(`${webhook.path}/test`);
    expect(body).toMatchObject({ outcome: 'failed', responseStatus: status });
    expect(body.error).toContain('redirects are not followed');
  }
  expect(target.received).toEqual([]);
  await target.close();
});

test.each([
  ['ftp://app.example.com/', 'https URL'],
  ['https://user:secret@app.example.com/', 'without user'],
  ['https://app.example.com/#part', 'without user, password and fragment'],
  ['not a URL', 'https URL'],
  ['http://93.184.216.34/', 'must use https'],
  ['https://10.0.0.1/', 'not public'],
  ['https://[::ffff:10.0.0.1]/', 'not public'],
  ['https://169.254.169.254/latest/meta-data', 'not public'],
  ['https://0x0a000001/', 'not public'],
])('refuses the URL %s', async (url, message) => {
  const created = await service.admin.post('/v1/webhooks', { url });
  expect([created.status, created.body.code]).toEqual([400, 'validation_failed']);
  expect(created.body.errors).toEqual([{ path: 'url', message: expect.stringContaining(message) }]);
  const webhook = await createTestWebhook(service, receiver.url);
  expect((await service.admin.patch(webhook.path, { url })).status).toBe(400);
});

test('each change is an audit event with the host, and without the rest of the URL', async () => {
  const webhook = await createTestWebhook(service, `${receiver.url}?token=hidden`);
  await service.admin.patch(webhook.path, { url: receiver.url.replace('127.0.0.1', '127.0.0.2') });
  await service.admin.post(`${webhook.path}/secret`);
  await service.admin.patch(webhook.path, { status: 'disabled' });
  await service.admin.delete(webhook.path);
  const { body, text } = await service.admin.get('/v1/audit-events?limit=6');
  expect(body.data.map(({ action }: { action: string }) => action)).toEqual([
    'webhook.deleted',
    'webhook.disabled',
    'webhook.updated',
    'webhook.secret_rotated',
    'webhook.updated',
    'webhook.created',
  ]);
  expect(text).toContain(new URL(receiver.url).host);
  const changed = body.data.findLast(({ action }: { action: string }) => action === 'webhook.updated');
  expect(changed.detail).toMatchObject({ changed: ['url'], host: expect.stringContaining('127.0.0.2') });
  for (const shown of [text, ...service.logLines]) expect(shown).not.toContain('hidden');
  expect((await service.admin.get(webhook.path)).status).toBe(404);
});

test('a deleted webhook gets nothing that was pending', async () => {
  const webhook = await createTestWebhook(service, receiver.url, { types: ['tenant.created'] });
  await createTenant(service);
  await service.admin.get('/v1/events');
  expect((await service.admin.get(`${webhook.path}/deliveries`)).body.data).toHaveLength(1);
  await service.admin.delete(webhook.path);
  await deliverDue(service);
  expect(receiver.received).toEqual([]);
});
