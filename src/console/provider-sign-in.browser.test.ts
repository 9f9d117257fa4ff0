import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAxeViolations, launchBrowser, screenshotForReview } from '../../test/harness/browser.ts';
import { runningClock, startTestService, type TestService } from '../../test/harness/service.ts';
import { CLIENT, type StaffProviderFixture, startStaffProvider } from '../../test/harness/staff-provider.ts';

let service: TestService;
let provider: StaffProviderFixture;
let browser: Browser;

beforeAll(async () => {
  provider = await startStaffProvider(() => service.url);
  [service, browser] = await Promise.all([
    startTestService({
      clock: runningClock(),
      config: {
        consoleSignIn: {
          issuer: provider.issuer,
          clientId: CLIENT.id,
          clientSecret: CLIENT.secret,
          scopes: ['openid', 'email', 'groups'],
          rules: [{ claim: 'groups', equals: 'support', role: 'support' }],
        },
      },
    }),
    launchBrowser(),
  ]);
  // In production, the provider is the only way in.
  service.deps.emulatorUrl = null;
  provider.people = {
    ann: { email: 'ann@example.com', email_verified: true, groups: ['support'] },
    eve: { email: 'eve@example.com', email_verified: true, groups: [] },
  };
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await provider?.close();
});

test.each([true, false])(
  'signs in at the provider, opens the page that was asked for, and signs out there too; script: %s',
  async (javaScriptEnabled) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    provider.person = 'ann';
    await page.goto(`${service.url}/console/connections?status=insecure`);
    await screenshotForReview(page, 'console-sign-in-provider');
    if (javaScriptEnabled) expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: /^Sign in with / }).click();
    await page.waitForURL(`${service.url}/console/connections?status=insecure`);
    expect(await page.locator('.account-name').textContent()).toBe('ann@example.com');
    expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);

    await page.locator('.account summary').click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL(`${provider.issuer}/session/end**`);
    await page.goto(`${service.url}/console`);
    expect(new URL(page.url()).pathname).toBe('/console/sign-in');
    await context.close();
  },
);

test('says why somebody without a rule was not signed in, in words', async () => {
  const page = await browser.newPage();
  provider.person = 'eve';
  await page.goto(`${service.url}/console/sign-in/provider`);
  await page.getByRole('heading', { name: 'You have no access to this console' }).waitFor();
  expect(await page.getByText('eve@example.com').count()).toBe(1);
  expect(new URL(page.url()).pathname).toBe('/console/sign-in/callback');
  await screenshotForReview(page, 'console-sign-in-refused');
  expect(await findAxeViolations(page)).toEqual([]);
});

test('without a provider, the page says how to configure one', async () => {
  const { staffProvider } = service.deps;
  service.deps.staffProvider = null;
  const page = await browser.newPage();
  await page.goto(`${service.url}/console`);
  await screenshotForReview(page, 'console-sign-in-not-configured');
  expect(await findAxeViolations(page)).toEqual([]);
  service.deps.staffProvider = staffProvider;
});
