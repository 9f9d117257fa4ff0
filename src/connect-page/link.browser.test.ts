import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visit } from '../../test/harness/browser.ts';
import {
  createTenant,
  putRole,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import {
  heading,
  NOT_SECURE,
  type PageTest,
  probeStates,
  startPageTest,
  submitRole,
} from './page-test.fixture.ts';

const RETURN_URL = 'https://app.example.com/aws?step=3';

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  pageTest = await startPageTest({ returnUrls: ['https://app.example.com/aws'] });
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

describe('a customer who opened a link', () => {
  test('connects a role by its ARN and returns to the vendor with the result', async () => {
    await pageTest.asCustomer(
      async ({ page, tenant }) => {
        expect(new URL(page.url()).pathname).toBe('/connect');
        await heading(page, 'Connect your AWS account to Larkspur Monitoring').waitFor();
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, "You're connected.").waitFor();
        expect(await probeStates(page)).toEqual(Array(5).fill('passed'));
        const { body } = await service.admin.get(`${tenant.path}/connections`);
        expect(body.data).toMatchObject([{ status: 'verified' }]);
        const back = await page
          .getByRole('link', { name: 'Continue to Larkspur Monitoring' })
          .getAttribute('href');
        expect(back).toBe(`${RETURN_URL}&connectionId=${body.data[0].id}&status=verified`);
      },
      { link: { returnUrl: RETURN_URL } },
    );
  });

  test('sees the checks arrive without anything moving on the page', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      await page.addInitScript(`new PerformanceObserver((list) => {
        globalThis.shifts = (globalThis.shifts ?? 0) + list.getEntries().reduce((sum, { value }) => sum + value, 0);
      }).observe({ type: 'layout-shift', buffered: true });`);
      await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
      await heading(page, "You're connected.").waitFor();
      expect(await page.evaluate('globalThis.shifts ?? 0')).toBeLessThan(0.01);
      await page.getByText(/^just now$/).waitFor();
      await page.getByText('5 of 5 passed').waitFor();
      expect(await page.locator('.probes').isVisible(), 'passed checks are folded').toBe(false);
    });
  });

  test('can enter the account ID alone, also with spaces and hyphens, if the role has the default name', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
        name: 'CountersignAccess',
        account: '222222222222',
      });
      await page.getByLabel(/Role ARN/).fill('  2222-2222-2222 ');
      await page.getByText('This means arn:aws:iam::222222222222:role/CountersignAccess.').waitFor();
      await page.keyboard.press('Enter');
      await heading(page, "You're connected.").waitFor();
      await page.getByText('/ Account 222222222222').waitFor();
    });
  });

  test('can connect a role without the script: forms lead to pages', async () => {
    await pageTest.asCustomer(
      async ({ page, tenant }) => {
        expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
        await submitRole(page, 'arn:aws:iam::111111111111:user/me');
        await page.getByText('This is the ARN of a user, not a role.').waitFor();
        expect(await page.getByLabel(/Role ARN/).inputValue()).toBe('arn:aws:iam::111111111111:user/me');
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, "You're connected.").waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        await page.getByText('Invite a colleague').first().click();
        await page.getByRole('button', { name: 'Create link' }).click();
        await page.getByText(`${service.url}/connect/csl_`).waitFor();
      },
      { javaScriptEnabled: false },
    );
  });

  test('can connect several accounts and continue later in another browser', async () => {
    const tenant = await createTenant(service);
    await pageTest.asCustomer(
      async ({ page }) => {
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, "You're connected.").waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        const unsafe = await putRole(service.aws, trustPolicy(), { account: '333333333333' });
        await submitRole(page, unsafe);
        await heading(page, NOT_SECURE).waitFor();
        await page.getByRole('link', { name: 'All accounts' }).click();
        // Submitting the same role again leads to the existing connection.
        await submitRole(page, unsafe);
        await heading(page, NOT_SECURE).waitFor();
      },
      { tenant },
    );
    await pageTest.asCustomer(
      async ({ page }) => {
        const items = await page.locator('.accounts li').allInnerTexts();
        expect(items).toHaveLength(2);
        // What needs attention comes first.
        expect(items[0]).toMatch(/Not secure\s+Account 333333333333/);
        expect(items[1]).toMatch(/Connected\s+Account 111111111111/);
      },
      { tenant },
    );
  });

  test('can create a link for a colleague', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      await page.getByText('Invite a colleague').first().click();
      await page.getByRole('button', { name: 'Create link' }).click();
      const link = (await page.locator('#colleague-link').innerText()).trim();
      expect(link).toMatch(/\/connect\/csl_[0-9a-f]{64}$/);
      const colleague = await visit(pageTest.browser, { origin: service.url });
      await colleague.page.goto(link);
      await colleague.page.getByText(tenant.externalId).first().waitFor({ state: 'attached' });
      expect(colleague.faults).toEqual([]);
      await colleague.context.close();
    });
  });

  test('can leave the page, which then is no longer visible in this browser', async () => {
    await pageTest.asCustomer(async ({ page }) => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await heading(page, 'You are signed out').waitFor();
      await page.goto(`${service.url}/connect`);
      await heading(page, 'Open your link').waitFor();
    });
  });
});

test('shows at the next step that the link was revoked while the page was open', async () => {
  const tenant = await createTenant(service);
  const roleArn = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
  await pageTest.asCustomer(
    async ({ page }) => {
      const { body } = await service.admin.get(`${tenant.path}/connect-links`);
      await service.admin.delete(`${tenant.path}/connect-links/${body.data[0].id}`);
      await page.getByLabel(/Role ARN/).fill(roleArn);
      await page.locator('#role-status').getByText('has revoked it').waitFor();
      await page.getByRole('button', { name: 'Verify connection' }).click();
      await heading(page, 'This link was revoked').waitFor();
    },
    { tenant },
  );
});
