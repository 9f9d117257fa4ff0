import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putRole, trustPolicyRequiring } from '../../test/harness/service.ts';
import { createSandboxLink } from '../console-sessions/sandbox-link.ts';
import { type ConsoleTest, startConsoleTest } from './console-test.fixture.ts';

let console: ConsoleTest;

beforeAll(async () => {
  console = await startConsoleTest();
});
afterAll(() => console?.close());

const open = (page: Page, path: string) => page.goto(console.service.url + path);

const search = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('searchbox').fill(text);
  await page.getByRole('searchbox').press('Enter');
};

const heading = (page: Page, name: string) => page.getByRole('heading', { name });

describe('support', () => {
  test('finds a broken connection by its account, learns why, and makes a link for the customer: three clicks', async () => {
    const { fleet } = console;
    await console.asStaff('support', async ({ page }) => {
      await open(page, '/console');
      await search(page, '2222 2222 2222');
      await heading(page, 'AWS denies access to the role').waitFor();
      expect(await page.locator('[data-probe=correct] .probe-result').textContent()).toBe('Denied');
      expect(await page.locator('#customer-message').textContent()).toContain(
        `Your external ID is ${fleet.nordwind.externalId}`,
      );
      const history = await page.locator('.timeline b').allTextContents();
      expect(history).toEqual([
        'Broke: AWS denies access to the role',
        'Verified for the first time',
        'Registered',
      ]);
      await page.getByRole('link', { name: 'connect link' }).click();
      await page.getByRole('button', { name: 'Create a link' }).click();
      const link = await page.locator('#new-link').textContent();
      expect(link).toMatch(/\/connect\/csl_[0-9a-f]{64}$/);
      // It is shown this once.
      await open(page, `/console/tenants/${fleet.nordwind.id}`);
      expect(await page.content()).not.toContain(link);
    });
  });

  test('sees no action of an admin', async () => {
    const { fleet } = console;
    await console.asStaff('support', async ({ page }) => {
      await open(page, fleet.verified.page);
      await page.getByRole('button', { name: 'Verify now' }).waitFor();
      expect(await page.getByText('Disable').count()).toBe(0);
      await open(page, `/console/tenants/${fleet.acme.id}`);
      for (const name of ['Suspend', 'Offboard', 'Start a rotation', 'Cancel the rotation'])
        expect(await page.getByText(name, { exact: true }).count(), name).toBe(0);
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).not.toContain(
        'API keys',
      );
    });
  });
});

describe('search', () => {
  test('leads straight to what a text names, and lists several hits', async () => {
    const { fleet } = console;
    await console.asStaff('auditor', async ({ page }) => {
      const cases: [string, string][] = [
        [fleet.insecure.roleArn, fleet.insecure.page],
        [fleet.acme.externalId, `/console/tenants/${fleet.acme.id}`],
        ['customer-1002', `/console/tenants/${fleet.nordwind.id}`],
        ['hool', `/console/tenants/${fleet.hooli.id}`],
        [fleet.verified.id, fleet.verified.page],
        ['arn:aws:sts::111111111111:assumed-role/LarkspurAccess/session', fleet.verified.page],
        [fleet.hooli.id, `/console/tenants/${fleet.hooli.id}`],
      ];
      await open(page, '/console');
      for (const [text, path] of cases) {
        await search(page, text);
        await page.waitForURL(`**${path}`);
      }
      await search(page, 'nothing like it');
      await page.getByText('Nothing was found').waitFor();
      expect(await page.getByRole('searchbox').inputValue()).toBe('nothing like it');
    });
  });
});

describe('verifying now', () => {
  test.each([true, false])('shows the result of AWS, with script: %s', async (javaScriptEnabled) => {
    const { service, fleet } = console;
    const role = { account: '333333333333', name: 'LarkspurAccess', exists: true };
    await console.asStaff(
      'support',
      async ({ page }) => {
        await open(page, fleet.insecure.page);
        await putRole(service.aws, trustPolicyRequiring(fleet.hooli.externalId), role);
        await page.getByRole('button', { name: 'Verify now' }).click();
        await page.getByText('The verification is finished.').waitFor();
        await heading(page, 'The role enforces the external ID').waitFor();
        expect(await page.locator('[data-state=passed]').count()).toBe(5);
        await putRole(service.aws, trustPolicyRequiring('11111111-2222-4333-8444-555555555555'), role);
        await page.getByRole('button', { name: 'Verify now' }).click();
        await heading(page, 'AWS denies access to the role').waitFor();
      },
      { javaScriptEnabled },
    );
  });
});

test('onboarding creates a tenant, rotates its external ID and downloads its setup kit, without script', async () => {
  await console.asStaff(
    'onboarding',
    async ({ page }) => {
      await open(page, '/console/tenants/new');
      await page.getByLabel('Name').fill('Globex');
      await page.getByLabel('Reference').fill('customer-1001');
      await page.getByRole('button', { name: 'Create tenant' }).click();
      await page.getByText('Another tenant has this reference.').waitFor();
      await page.getByLabel('Reference').fill('customer-2001');
      await page.getByRole('button', { name: 'Create tenant' }).click();
      await heading(page, 'Globex').waitFor();
      const externalId = await page.locator('#external-id').textContent();
      const href = await page.locator('a[download]').first().getAttribute('href');
      const kit = await page.request.get(console.service.url + href);
      expect(await kit.text()).toContain(externalId);
      await page.getByText('Start a rotation').click();
      await page.getByRole('button', { name: 'Start the rotation' }).click();
      await page.getByText('0 of 0 verified connections').waitFor();
      const successor = await page.locator('#successor').textContent();
      await page.getByRole('button', { name: 'Complete the rotation' }).click();
      await page.getByText('The rotation was completed.').waitFor();
      expect(await page.locator('#external-id').textContent()).toBe(successor);
    },
    { javaScriptEnabled: false },
  );
});

test('an admin disables and enables a connection, and both take a second button', async () => {
  const { fleet } = console;
  await console.asStaff('admin', async ({ page }) => {
    await open(page, fleet.verified.page);
    await page.getByText('Disable', { exact: true }).click();
    await page.getByRole('button', { name: 'Disable this connection' }).click();
    await heading(page, 'The connection is disabled').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await heading(page, 'Not verified yet').waitFor();
  });
});

test('names and references of tenants never become markup', async () => {
  const { service } = console;
  const attack = `</title><script>alert(1)</script><img src=x onerror=alert(1)>"'`;
  const { body } = await service.admin.post('/v1/tenants', { name: attack, reference: attack.slice(0, 60) });
  const roleArn = 'arn:aws:iam::666666666666:role/Attack';
  const { body: connection } = await service.admin.post(`/v1/tenants/${body.id}/connections`, {
    roleArn,
    name: attack,
  });
  await console.asStaff('admin', async ({ page }) => {
    for (const path of [
      `/console/tenants/${body.id}`,
      `/console/tenants/${body.id}/connections/${connection.id}`,
      '/console/tenants',
      '/console/connections',
      '/console/audit',
      `/console/search?q=${encodeURIComponent(attack.slice(0, 10))}`,
      `/console/search?q=${encodeURIComponent(`${attack}nobody`)}`,
    ]) {
      await open(page, path);
      expect(await page.locator('main img, main script').count(), path).toBe(0);
      expect(await page.title()).toMatch(/· Countersign$/);
    }
  });
});

test('everything is reached by keyboard: skip link, search by "/", and the menu of the account', async () => {
  await console.asStaff('auditor', async ({ page }) => {
    await open(page, '/console');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('/');
    expect(await page.locator(':focus').getAttribute('name')).toBe('q');
    await page.keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
  });
});

test('the link of npm start opens the console, and signing out closes it', async () => {
  const { page, context } = await console.visitor();
  await page.goto(createSandboxLink(console.service.deps));
  await heading(page, 'Overview').waitFor();
  await page.getByText('sandbox operator').first().click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  await open(page, '/console/tenants');
  await page.getByLabel('API key').fill(console.service.adminKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'Tenants').waitFor();
  await context.close();
});
