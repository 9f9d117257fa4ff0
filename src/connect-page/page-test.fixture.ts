import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser, type Visit, type VisitOptions, visit } from '../../test/harness/browser.ts';
import { createConnectLink } from '../../test/harness/connect.ts';
import {
  createTenant,
  startTestService,
  type TestService,
  type TestServiceOptions,
  type TestTenant,
} from '../../test/harness/service.ts';

type Customer = Visit & { tenant: TestTenant; url: string };

/** A service and a browser, for tests that use the page as customers do. */
export interface PageTest {
  service: TestService;
  browser: Browser;
  /** Runs `work` as a customer who opened a link. Errors in the browser's console fail the test. */
  asCustomer(
    work: (customer: Customer) => Promise<void>,
    options?: Partial<VisitOptions> & { link?: object; tenant?: TestTenant },
  ): Promise<void>;
  close(): Promise<void>;
}

export async function startPageTest(config: TestServiceOptions['config'] = {}): Promise<PageTest> {
  const [service, browser] = await Promise.all([
    startTestService({
      config: { verificationsPerMinute: 10_000, policyChecksPerMinute: 10_000, ...config },
    }),
    launchBrowser(),
  ]);
  return {
    service,
    browser,
    asCustomer: async (work, { link = {}, tenant: existing, ...options } = {}) => {
      const tenant = existing ?? (await createTenant(service));
      const { url } = await createConnectLink(service, tenant, link);
      const visited = await visit(browser, { origin: service.url, ...options });
      try {
        await visited.page.goto(url);
        await work({ ...visited, tenant, url });
        expect(visited.faults).toEqual([]);
      } finally {
        await visited.context.close();
      }
    },
    close: async () => {
      await browser.close();
      await service.close();
    },
  };
}

/** Customers do not see these notes, which take room on the first screen. */
export async function removeSandboxNotes(page: Page): Promise<void> {
  await page.locator('.sandbox').evaluateAll((notes) => {
    for (const note of notes) note.remove();
  });
}

/** Submits a role on the page to connect an account, which is not the first page once there are connections. */
export async function submitRole(page: Page, role: string): Promise<void> {
  const input = page.getByLabel(/Role ARN/);
  if (!(await input.isVisible())) await page.goto(new URL('/connect/new', page.url()).href);
  await input.fill(role);
  await page.getByRole('button', { name: 'Verify connection' }).click();
}

export const NOT_SECURE = 'This role is not secure, so Larkspur Monitoring does not use it';
export const NO_ACCESS = 'Larkspur Monitoring has no access to this role';

export const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

export const probeStates = (page: Page) =>
  page.locator('[data-probe]').evaluateAll((rows) => rows.map((row) => row.dataset.state));
