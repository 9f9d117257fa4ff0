import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAxeViolations, screenshot, screenshotForReview } from '../../test/harness/browser.ts';
import { hourOf } from '../fleet/activity/activity.ts';
import { addActivity } from '../fleet/activity/store.ts';
import { createAdministration } from './administration.fixture.ts';
import { type ConsoleTest, startConsoleTest } from './console-test.fixture.ts';

let console: ConsoleTest;
let administrationPages: Record<string, string>;

beforeAll(async () => {
  console = await startConsoleTest();
  administrationPages = await createAdministration(console.service);
  await recordDay(console);
  await console.service.admin.post('/v1/tenants', { name: 'Hooli Labs' });
});
afterAll(() => console?.close());

/** A day as a fleet of this size has it: more during working hours. */
async function recordDay({ service: { deps, clock } }: ConsoleTest): Promise<void> {
  for (let i = 0; i < 24; i++) {
    const hour = hourOf(new Date(clock.now().getTime() - i * 3_600_000));
    const load = 1 + Math.round(400 * Math.max(0, Math.sin(((i + 3) / 24) * 2 * Math.PI) + 0.4));
    const activity = { stsCalls: load * 3, stsRefusals: 0, credentialsIssued: load * 21 };
    await addActivity(deps.database, { hour, activity, stsPerSecond: load / 8 });
  }
}

async function inspect(page: Page, name: string): Promise<void> {
  await screenshotForReview(page, name);
  expect(await findAxeViolations(page), name).toEqual([]);
  await expectNoHorizontalScrolling(page, name);
}

async function expectNoHorizontalScrolling(page: Page, name: string): Promise<void> {
  const [contentWidth, windowWidth] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[];
  expect(contentWidth, `${name} scrolls horizontally at ${windowWidth} px`).toBe(windowWidth);
}

/** Opens the first menus, each for itself, and expects all of it within the window. */
async function openMenus(page: Page, name: string): Promise<void> {
  const setOpen = (menu: Locator, isOpen: boolean) =>
    menu.evaluate((node, isOpen) => node.toggleAttribute('open', isOpen), isOpen);
  for (const menu of (await page.locator('details.confirm').all()).slice(0, 3)) {
    await setOpen(menu, true);
    await expectNoHorizontalScrolling(page, name);
    const box = await menu.locator('.confirm-menu').boundingBox();
    if (box !== null) expect(box.x, name).toBeGreaterThanOrEqual(0);
    await setOpen(menu, false);
  }
}

/** Every page, by the name of its screenshot. */
const pages = ({ fleet }: ConsoleTest): Record<string, string> => ({
  overview: '/console',
  tenants: '/console/tenants',
  'tenants-none': '/console/tenants?status=offboarded',
  'tenant-new': '/console/tenants/new',
  tenant: `/console/tenants/${fleet.acme.id}`,
  connections: '/console/connections',
  'connection-verified': fleet.verified.page,
  'connection-degraded': fleet.degraded.page,
  'connection-insecure': fleet.insecure.page,
  'connection-pending': fleet.pending.page,
  'search-several': '/console/search?q=hooli',
  'search-none': '/console/search?q=nobody',
  ...administrationPages,
  'not-found': '/console/tenants/tenant_01h455vb4pex5vsknk084sn02q',
});

test.each([
  // Contrast depends on the colors alone, and the layout on the width alone.
  { device: 'desktop', colorScheme: 'light', width: 1280, otherWidths: [768, 1920] },
  { device: 'phone', colorScheme: 'dark', width: 360, otherWidths: [] },
] as const)(
  'axe finds no violation on any page, and no page scrolls horizontally: $device, $colorScheme',
  async ({ device, colorScheme, width, otherWidths }) => {
    await console.asStaff(
      'admin',
      async ({ page }) => {
        for (const [name, path] of Object.entries(pages(console))) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(console.service.url + path);
          await inspect(page, `console-${device}-${colorScheme}-${name}`);
          await openMenus(page, `console-${device}-${colorScheme}-${name}-open`);
          for (const other of otherWidths) {
            await page.setViewportSize({ width: other, height: 900 });
            await expectNoHorizontalScrolling(page, name);
          }
        }
      },
      { colorScheme },
    );
    const { page, context } = await console.visitor({ colorScheme, width });
    await page.goto(`${console.service.url}/console/sign-in`);
    await inspect(page, `console-${device}-${colorScheme}-sign-in`);
    await context.close();
  },
  120_000,
);

test('makes the screenshots for docs/console.md (npm run screenshots copies them)', async () => {
  const { fleet, service } = console;
  await console.asStaff('admin', async ({ page }) => {
    for (const [name, path] of [
      ['overview', '/console'],
      ['connection', fleet.degraded.page],
      ['tenant', `/console/tenants/${fleet.acme.id}`],
    ]) {
      await page.goto(service.url + path);
      await screenshot(page, `docs-console-${name}`);
    }
  });
});
