import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  findAxeViolations,
  launchBrowser,
  screenshot,
  screenshotForReview,
  visit,
} from '../../test/harness/browser.ts';
import { createConnectLink } from '../../test/harness/connect.ts';
import {
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { removeSandboxNotes, submitRole } from './page-test.fixture.ts';

let service: TestService;
let browser: Browser;

beforeAll(async () => {
  const { readConfig } = await import('../config/config.ts');
  const { brokers } = readConfig('sandbox', {});
  const templateUrl = 'https://example-templates.s3.amazonaws.com/role.yaml';
  service = await startTestService({
    config: {
      returnUrls: ['https://app.example.com'],
      verificationsPerMinute: 10_000,
      permissions: {
        managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'],
        inlinePolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: '*' }],
        },
      },
      brokers: brokers.map((broker) => ({ ...broker, templateUrl })),
    },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

async function inspect(page: Page, name: string): Promise<void> {
  await screenshotForReview(page, name);
  expect(await findAxeViolations(page), name).toEqual([]);
  const [contentWidth, windowWidth] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[];
  expect(contentWidth, `${name} scrolls horizontally`).toBe(windowWidth);
}

const countFontSizes = (page: Page): Promise<unknown> =>
  page.evaluate(
    `new Set([...document.querySelectorAll('body *')].map((node) => getComputedStyle(node).fontSize)).size`,
  );

/** The tiles and the field for the role are on the first screen, and no page is long. The first text to copy shows three lines. */
async function expectActionFirst(page: Page, method: string | null): Promise<void> {
  const bottomOf = async (locator: Locator): Promise<number> => {
    const box = await locator.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  expect(await bottomOf(page.locator('.tiles'))).toBeLessThan(400);
  expect(await bottomOf(page.getByLabel(/Role ARN/)), method ?? '').toBeLessThan(900);
  const [folded] = await page.locator('.code:has(.unfold) pre:visible').all();
  if (folded) expect((await folded.boundingBox())?.height, method ?? '').toBeGreaterThan(50);
  expect(await bottomOf(page.locator('.page-footer')), method ?? '').toBeLessThan(1400);
}

test.each([
  // Contrast depends on the colours alone, and the layout on the width alone.
  ['desktop', 'light', 1280],
  ['phone', 'dark', 320],
] as const)(
  'axe finds no violation on any page, and no page scrolls horizontally: %s, %s',
  async (device, colorScheme, width) => {
    const { body: tenant } = await service.admin.post('/v1/tenants', { name: 'Müller & Söhne' });
    const { url } = await createConnectLink(
      service,
      { path: `/v1/tenants/${tenant.id}` },
      { returnUrl: 'https://app.example.com/done' },
    );
    const { page, context, faults } = await visit(browser, { origin: service.url, width, colorScheme });
    const fullName = (name: string) => `${device}-${colorScheme}-${name}`;
    await page.goto(url);
    const openAll = () =>
      page.locator('details').evaluateAll((all) => all.forEach((node) => void node.setAttribute('open', '')));
    await inspect(page, fullName('new'));
    expect(await countFontSizes(page)).toBeLessThanOrEqual(5);
    await removeSandboxNotes(page);
    for (const tile of await page.getByRole('radio').all()) {
      await tile.check();
      if (device === 'desktop') await expectActionFirst(page, await tile.getAttribute('value'));
    }
    await openAll();
    for (const tile of await page.getByRole('radio').all()) {
      await tile.check();
      await inspect(page, fullName(`new-${await tile.getAttribute('value')}`));
    }
    for (const [name, policy] of [
      ['connected', trustPolicyRequiring(tenant.externalId)],
      ['unsafe', trustPolicy({ StringLike: { 'sts:ExternalId': '*' } })],
    ] as const) {
      await submitRole(page, await putRole(service.aws, policy));
      await page.locator('#fix').getByText('What to do').or(page.getByText("You're connected.")).waitFor();
      await inspect(page, fullName(name));
      await openAll();
      await inspect(page, fullName(`${name}-open`));
    }
    await submitRole(page, 'arn:aws:iam::111111111111:role/NotThere');
    await page.getByText(/Next try/).waitFor();
    await inspect(page, fullName('waiting'));
    await page.getByRole('button', { name: /Stop waiting/ }).click();
    await page.locator('#fix').getByText('What to do').waitFor();
    await openAll();
    await inspect(page, fullName('no-access'));
    await page.goto(`${service.url}/connect`);
    await inspect(page, fullName('overview'));
    await page.goto(`${service.url}/connect/new`);
    await page.getByText('Check a trust policy before you save it').click();
    await page
      .getByLabel('Trust policy of the role')
      .fill(JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }), null, 2));
    await page.getByRole('button', { name: 'Check the policy' }).click();
    await page.locator('.findings').waitFor();
    await openAll();
    await inspect(page, fullName('policy'));
    await page.goto(`${service.url}/connect/accounts`);
    await inspect(page, fullName('many-accounts'));
    await page.getByLabel(/Account IDs/).fill('222222222222 333333333333 12');
    await page.getByRole('button', { name: 'Verify connections' }).click();
    await page.getByText('Rejected: 1.').waitFor();
    await inspect(page, fullName('many-accounts-waiting'));
    await page.goto(`${service.url}/connect/nothing`);
    await inspect(page, fullName('unknown-link'));
    expect(faults).toEqual([]);
    await context.close();
  },
  120_000,
);

test('makes the screenshots for docs/onboarding.md (npm run screenshots copies them)', async () => {
  const { body: tenant } = await service.admin.post('/v1/tenants', { name: 'Example Ltd' });
  const path = `/v1/tenants/${tenant.id}`;
  const { url } = await createConnectLink(service, { path }, { returnUrl: 'https://app.example.com/done' });
  const { page, context } = await visit(browser, { origin: service.url, width: 1280, colorScheme: 'light' });
  const shoot = (name: string) => screenshot(page, `docs-connect-${name}`);
  await page.goto(url);
  await shoot('page');
  await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
  await page.getByText("You're connected.").waitFor();
  await shoot('connected');
  await submitRole(page, await putRole(service.aws, trustPolicy({ StringLike: { 'sts:ExternalId': '*' } })));
  await page.locator('#fix').getByText('What to do').waitFor();
  await shoot('not-secure');
  await page.goto(`${service.url}/connect`);
  await shoot('accounts');
  await context.close();
});
