import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visit } from '../../test/harness/browser.ts';
import { createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { advanceRuns } from '../verification/runs/advance.ts';

const ROLE = 'CountersignAccess';

let service: TestService;
let browser: Browser;

beforeAll(async () => {
  service = await startTestService();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

test('connects a list of accounts and shows the result of each as soon as it is verified', async () => {
  const tenant = await createTenant(service);
  const { url } = await createConnectLink(service, tenant);
  const policies = [trustPolicyRequiring(tenant.externalId), trustPolicy(), null];
  for (const [i, policy] of policies.entries())
    if (policy) await putRole(service.aws, policy, { name: ROLE, account: `50000000000${i}` });
  const { page, context, faults } = await visit(browser, { origin: service.url });
  await page.goto(url);
  await page.getByRole('link', { name: 'Connect many accounts' }).click();
  await page.getByLabel(/Account IDs/).fill('500000000000, 500000000001\n500000000002 1234\n500000000000');
  await page.getByRole('button', { name: 'Verify connections' }).click();
  await page.getByText('Added: 3. Already known: 0. Rejected: 2.').waitFor();
  await page.getByText('An AWS account ID has 12 digits; this one has 4.').waitFor();
  await page.getByText('0 of 3 checked, 0 connected.').waitFor();
  await advanceRuns(service.deps);
  await page.getByText('3 of 3 checked, 1 connected. Finished.').waitFor();
  expect(await page.locator('[data-connection]').allInnerTexts()).toEqual([
    expect.stringMatching(/^Connected\s+Account 500000000000$/),
    expect.stringMatching(/^Not secure\s+Account 500000000001$/),
    expect.stringMatching(/^No access\s+Account 500000000002$/),
  ]);
  await page.getByRole('link', { name: 'Account 500000000001' }).click();
  await page
    .getByRole('heading', { name: 'This role is not secure, so Larkspur Monitoring does not use it' })
    .waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('offers the artifacts for an organization as downloads with the content that the API serves', async () => {
  const tenant = await createTenant(service);
  const { url } = await createConnectLink(service, tenant);
  const { page, context, faults } = await visit(browser, { origin: service.url });
  await page.goto(url);
  await page.goto(`${service.url}/connect/accounts`);
  for (const [file, artifact] of [
    ['larkspur-monitoring-role-stackset.yaml', 'stackset.yaml'],
    ['larkspur-monitoring-role-terraform-organization.tf', 'terraform-organization.tf'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: `Download ${file}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(file);
    const { text } = await service.admin.get(`${tenant.path}/setup/${artifact}`);
    expect(await readFile(await download.path(), 'utf8')).toBe(text);
  }
  expect(await page.locator('#stack-set').innerText()).toContain(
    'file://larkspur-monitoring-role-stackset.yaml',
  );
  expect(faults).toEqual([]);
  await context.close();
});

test('works without the script: list, results, progress, and verifying again', async () => {
  const tenant = await createTenant(service);
  const account = '600000000001';
  const visitor = await openLink(service, (await createConnectLink(service, tenant)).url);
  const linkStatus = async () =>
    (await service.admin.get(`${tenant.path}/connect-links`)).body.data[0].status;
  expect((await visitor.post('/connect/accounts', { accounts: ' \n ' })).status).toBe(422);
  const many = Array.from({ length: 501 }, (_, i) => 600000000000 + i).join(' ');
  expect((await visitor.post('/connect/accounts', { accounts: many })).status).toBe(422);
  const sent = await visitor.post('/connect/accounts', { accounts: account });
  const text = await sent.text();
  expect([sent.status, text]).toEqual([200, expect.stringContaining(`Account ${account}`)]);
  const runUrl = /href="(\/connect\/verifications\/run_\w+)"/.exec(text)?.[1] as string;
  // A run that is under way is returned instead of a second one.
  const again = await visitor.post('/connect/verifications');
  expect([again.status, again.headers.get('location')]).toEqual([303, runUrl]);
  const late = await (await visitor.post('/connect/accounts', { accounts: '600000000002' })).text();
  expect(late).toContain('verify again below for the one account that it leaves out');
  await advanceRuns(service.deps);
  expect(await (await visitor.get(runUrl)).text()).toContain('1 of 1 checked, 0 connected.');
  expect(await linkStatus()).toBe('opened');
  await putRole(service.aws, trustPolicyRequiring(tenant.externalId), { name: ROLE, account });
  const next = (await visitor.post('/connect/verifications')).headers.get('location') as string;
  expect(next).not.toBe(runUrl);
  await advanceRuns(service.deps);
  expect(await (await visitor.get(next)).text()).toContain('2 of 2 checked, 1 connected.');
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=connection.verified`,
  );
  expect(body.data).toMatchObject([{ actor: { type: 'connect_link' } }]);
  // A connection that a run verifies in the background marks the link as used, too.
  expect(await linkStatus()).toBe('used');
});
