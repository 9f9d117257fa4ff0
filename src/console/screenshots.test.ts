import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAxeViolations, screenshot } from '../../test/harness/browser.ts';
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
  await screenshot(page, name);
  expect(await findAxeViolations(page), name).toEqual([]);
  const [contentWidth, windowWidth] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[];
  expect(contentWidth, `${name} scrolls horizontally`).toBe(windowWidth);
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
  'search-several': `/console/search?q=${fleet.hooli.id}`,
  'search-none': '/console/search?q=nobody',
  ...administrationPages,
  'not-found': '/console/tenants/tenant_01h455vb4pex5vsknk084sn02q',
});

test.each([
  ['desktop', 'light', 1280],
  ['phone', 'dark', 360],
  ['wide', 'dark', 1920],
] as const)(
  'axe finds no violation on any page, and no page scrolls horizontally: %s, %s',
  async (device, colorScheme, width) => {
    const options = { width, colorScheme };
    await console.asStaff(
      'admin',
      async ({ page }) => {
        for (const [name, path] of Object.entries(pages(console))) {
          await page.goto(console.service.url + path);
          await inspect(page, `console-${device}-${colorScheme}-${name}`);
        }
      },
      options,
    );
  },
  120_000,
);
