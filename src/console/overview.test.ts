import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../test/harness/service.ts';
import { hourOf } from '../fleet/activity/activity.ts';
import { addActivity } from '../fleet/activity/store.ts';
import type { StaffRole } from '../identity/staff-role.ts';
import { createFleet, signIn } from './console-test.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ config: { stsCallsPerSecond: { tenant: 100, all: 500 } } });
});
afterAll(() => service?.close());

async function readOverview(role: StaffRole): Promise<string> {
  const response = await (await signIn(service, role)).get('/console');
  expect(response.status).toBe(200);
  return response.text();
}

/** The items of the list of what needs attention, without markup. */
async function readAttention(role: StaffRole): Promise<string[]> {
  const page = await readOverview(role);
  const [, list = ''] = /<ul class="attention">(.*?)<\/ul>/s.exec(page) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = '']) =>
    item
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}

test('an empty installation shows the first steps, with an action only for those who may take it', async () => {
  expect(await readOverview('onboarding')).toContain('href="/console/tenants/new"');
  const auditor = await readOverview('auditor');
  expect(auditor).toContain('Connect the first customer');
  expect(auditor).not.toContain('/console/tenants/new');
});

test('a fleet without trouble says so', async () => {
  await service.admin.post('/v1/tenants', { name: 'First' });
  expect(await readOverview('support')).toContain('Nothing needs attention');
});

test('what needs attention comes first: the broker, then roles, webhooks, keys, and what waits for customers', async () => {
  const { hooli, nordwind } = await createFleet(service);
  const { body: webhook } = await service.admin.post('/v1/webhooks', { url: 'http://127.0.0.1:9/hook' });
  await service.queryAsOwner(
    `UPDATE webhooks SET status = 'disabled', status_reason = 'gone' WHERE id = '${webhook.id}'`,
  );
  expect(await readAttention('admin')).toEqual([
    `Not secure ${hooli.name}, account 333333333333 Can be assumed without exactly the external ID 1 hour ago`,
    `Unreachable ${nordwind.name}, account 222222222222 AWS denies access 10 minutes ago`,
    `Unreachable ${hooli.name}, account 333333333334 AWS denies access 1 hour ago`,
    'Webhook disabled 127.0.0.1:9 Deliveries failed, so it gets no events any more just now',
    expect.stringMatching(/^Key expires nightly scanner API key of role worker, until /),
    'Waiting 2 registered roles The customer has not created or corrected the role yet',
    'Import 1 imported role The customer still has to put the new external ID into the role',
  ]);
  const broker = service.deps.brokers.get('aws');
  broker?.health.recordFailing(service.clock.now(), {
    code: 'assume_role_denied',
    detail: 'AWS denies everything.',
    nextSteps: ['Look at its policy.'],
  });
  const [first] = await readAttention('support');
  expect(first).toBe('Broker fails Partition aws AWS denies everything. Look at its policy. just now');
});

test('webhooks and keys are shown to those who manage them only', async () => {
  const items = (await readAttention('support')).join('\n');
  expect(items).toContain('Not secure');
  expect(items).not.toMatch(/Webhook|Key expires/);
});

test('the last day has the calls to STS beside their budget, and the credentials issued', async () => {
  const activity = { stsCalls: 1234, stsRefusals: 3, credentialsIssued: 5678 };
  const { database } = service.deps;
  await addActivity(database, { hour: hourOf(service.clock.now()), activity, stsPerSecond: 42.5 });
  const page = await readOverview('auditor');
  expect(page).toContain('STS calls in each hour of the last day, 1,234 in all');
  expect(page).toContain('Credentials issued in each hour of the last day, 5,678 in all');
  expect(page).toContain('At most <b>42.5</b> of 500 calls a second');
  expect(page).toContain('3 calls were not made');
});
