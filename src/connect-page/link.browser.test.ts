import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visit } from '../../test/harness/browser.ts';
import {
  createTenant,
  putRole,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { heading, startVisitors, states, submitRole, type Visitors } from './visitor.fixture.ts';

const RETURN_URL = 'https://app.example.com/aws?step=3';

let visitors: Visitors;
let service: TestService;

beforeAll(async () => {
  visitors = await startVisitors({ returnUrls: ['https://app.example.com/aws'] });
  ({ service } = visitors);
});
afterAll(() => visitors?.close());

describe('the way from the link to "connected"', () => {
  test('goes by the ARN of the role, and back to the vendor with what became of it', async () => {
    await visitors.customer(
      async ({ page, tenant }) => {
        expect(new URL(page.url()).pathname).toBe('/connect');
        await heading(page, 'Connect your AWS account to Your vendor').waitFor();
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, 'Connected').waitFor();
        expect(await states(page)).toEqual(['good', 'good', 'good', 'good', 'good']);
        const { body } = await service.admin.get(`${tenant.path}/connections`);
        expect(body.data).toMatchObject([{ status: 'verified' }]);
        const back = await page.getByRole('link', { name: 'Go on to Your vendor' }).getAttribute('href');
        expect(back).toBe(`${RETURN_URL}&connectionId=${body.data[0].id}&status=verified`);
      },
      { link: { returnUrl: RETURN_URL } },
    );
  });

  test('goes by the account ID alone when the role has the name of the kit, spaces and hyphens included', async () => {
    await visitors.customer(async ({ page, tenant }) => {
      await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
        name: 'CountersignAccess',
        account: '222222222222',
      });
      await page.getByLabel(/ARN of the role/).fill('  2222-2222-2222 ');
      await page.getByText('This means arn:aws:iam::222222222222:role/CountersignAccess.').waitFor();
      await page.keyboard.press('Enter');
      await heading(page, 'Connected').waitFor();
      await heading(page, 'Account 222222222222').waitFor();
    });
  });

  test('goes without script: everything is shown, and forms are answered with pages', async () => {
    await visitors.customer(
      async ({ page, tenant }) => {
        for (const name of ['AWS CLI', 'CloudFormation', 'Terraform', 'Console'])
          await heading(page, name).waitFor();
        expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
        await submitRole(page, 'arn:aws:iam::111111111111:user/me');
        await page.getByText('This ARN names a user, not a role.').waitFor();
        expect(await page.getByLabel(/ARN of the role/).inputValue()).toBe(
          'arn:aws:iam::111111111111:user/me',
        );
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, 'Not checked yet').waitFor();
        await page.getByRole('button', { name: 'Check now' }).click();
        await heading(page, 'Connected').waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        await page.getByRole('button', { name: 'Make a link for a colleague' }).click();
        await page.getByText(`${service.url}/connect/csl_`).waitFor();
      },
      { javaScriptEnabled: false },
    );
  });

  test('is left and found again as it was, in another browser too, for several accounts one after the other', async () => {
    const tenant = await createTenant(service);
    await visitors.customer(
      async ({ page }) => {
        await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
        await heading(page, 'Connected').waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        const unsafe = await putRole(service.aws, trustPolicy(), { account: '333333333333' });
        await submitRole(page, unsafe);
        await heading(page, 'This role is not safe, and is not used').waitFor();
        await page.getByRole('link', { name: 'Back to all accounts' }).click();
        // The same role again leads to the same connection.
        await submitRole(page, unsafe);
        await heading(page, 'This role is not safe, and is not used').waitFor();
      },
      { tenant },
    );
    await visitors.customer(
      async ({ page }) => {
        const items = await page.locator('.connections li').allInnerTexts();
        expect(items).toHaveLength(2);
        expect(items[0]).toMatch(/Connected\s+Account 111111111111/);
        expect(items[1]).toMatch(/Not safe\s+Account 333333333333/);
      },
      { tenant },
    );
  });

  test('can be handed to a colleague, who gets a link of their own', async () => {
    await visitors.customer(async ({ page, tenant }) => {
      await page.getByRole('button', { name: 'Make a link for a colleague' }).click();
      const link = (await page.locator('#colleague-link').innerText()).trim();
      expect(link).toMatch(/\/connect\/csl_[0-9a-f]{64}$/);
      const colleague = await visit(visitors.browser, { origin: service.url });
      await colleague.page.goto(link);
      await colleague.page.getByText(tenant.externalId).first().waitFor({ state: 'attached' });
      expect(colleague.faults).toEqual([]);
      await colleague.context.close();
    });
  });

  test('can be left, after which this browser sees nothing more', async () => {
    await visitors.customer(async ({ page }) => {
      await page.getByRole('button', { name: 'Leave this page in this browser' }).click();
      await heading(page, 'You have left the page').waitFor();
      await page.goto(`${service.url}/connect`);
      await heading(page, 'Open the link you were sent').waitFor();
    });
  });
});

test('a link that was withdrawn while the page is open says so at the next step', async () => {
  const tenant = await createTenant(service);
  const roleArn = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
  await visitors.customer(
    async ({ page }) => {
      const { body } = await service.admin.get(`${tenant.path}/connect-links`);
      await service.admin.delete(`${tenant.path}/connect-links/${body.data[0].id}`);
      await page.getByLabel(/ARN of the role/).fill(roleArn);
      await page.locator('#role-says').getByText('has withdrawn it').waitFor();
      await page.getByRole('button', { name: 'Check the role' }).click();
      await heading(page, 'This link was withdrawn').waitFor();
    },
    { tenant },
  );
});
