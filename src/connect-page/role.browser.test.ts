import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visit } from '../../test/harness/browser.ts';
import {
  CUSTOMER,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import {
  heading,
  NO_ACCESS,
  NOT_SECURE,
  type PageTest,
  probeStates,
  startPageTest,
  submitRole,
} from './page-test.fixture.ts';

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  pageTest = await startPageTest();
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

describe('a role that is not usable', () => {
  test.each<[string, object | undefined, string, string]>([
    ['no condition', undefined, '"Action": "sts:AssumeRole"', 'failed failed failed failed'],
    [
      'a star',
      { StringLike: { 'sts:ExternalId': '*' } },
      '"sts:ExternalId": "*"',
      'passed failed failed failed',
    ],
    [
      'a star at its end',
      { StringLike: { 'sts:ExternalId': 'ID*' } },
      '"sts:ExternalId": "ID*"',
      'passed passed passed failed',
    ],
    [
      'case ignored',
      { StringEqualsIgnoreCase: { 'sts:ExternalId': 'ID' } },
      '"StringEqualsIgnoreCase": {',
      'passed passed failed passed',
    ],
    [
      'IfExists',
      { StringEqualsIfExists: { 'sts:ExternalId': 'ID' } },
      '"StringEqualsIfExists": {',
      'failed passed passed passed',
    ],
  ])(
    'is rejected with the difference to the right policy, repaired with it, and connected: %s',
    async (_, condition, likely, negativeStates) => {
      await pageTest.asCustomer(async ({ page, tenant }) => {
        const writtenCondition = JSON.parse(
          JSON.stringify(condition ?? null)
            .replaceAll('ID', tenant.externalId)
            .replaceAll(`sts:External${tenant.externalId}`, 'sts:ExternalId'),
        );
        const name = `Repaired${tenant.id.slice(-8)}`;
        const role = await putRole(service.aws, trustPolicy(writtenCondition ?? undefined), { name });
        await submitRole(page, role);
        await heading(page, NOT_SECURE).waitFor();
        expect((await probeStates(page)).join(' ')).toBe(`passed ${negativeStates}`);
        expect(await page.evaluate('document.activeElement.id')).toBe('outcome');
        const removed = (await page.locator('.diff .removed').allInnerTexts()).join('\n');
        expect(removed).toContain(likely.replace('ID*', `${tenant.externalId}*`));
        const added = (await page.locator('.diff .added').allInnerTexts()).join('\n');
        expect(removed.includes('StringEquals": {') || added.includes('"StringEquals": {')).toBe(true);
        await page.getByText('The trust policy that this role needs').click();
        await page.getByRole('button', { name: 'Copy Correct policy' }).waitFor();
        const right = JSON.parse(await page.locator('#right-policy').innerText());
        await putRole(service.aws, right, { name, exists: true });
        await page.getByRole('button', { name: 'Verify again' }).click();
        await heading(page, "You're connected.").waitFor();
      });
    },
  );

  test('is verified again automatically, as the page announces, until it can be assumed', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      await page.clock.install();
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Later${tenant.id.slice(-8)}`);
      await page.getByText('AWS denies access so far.').waitFor();
      await page.getByText(/Next try in \d+ s\./).waitFor();
      await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
        name: `Later${tenant.id.slice(-8)}`,
      });
      await page.clock.runFor(6_000);
      await heading(page, "You're connected.").waitFor();
    });
  });

  test('is reported with the likely reason if it cannot be assumed for two minutes', async () => {
    await pageTest.asCustomer(async ({ page }) => {
      await page.clock.install();
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Never`);
      const ended = heading(page, NO_ACCESS);
      const next = page.getByText(/Next try in \d+ s\./);
      let tries = 1;
      for (; tries < 40; tries++) {
        await next.or(ended).waitFor();
        if (await ended.isVisible()) break;
        await page.clock.runFor(15_000);
      }
      await ended.waitFor();
      expect(tries).toBeGreaterThan(5);
      await page.getByText('Check that its trust policy is the one in your setup instructions').waitFor();
    });
  });

  test('is reported at once if the customer stops the retries', async () => {
    await pageTest.asCustomer(async ({ page }) => {
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Impatient`);
      await page.getByRole('button', { name: 'Stop waiting and show the result' }).click();
      await heading(page, NO_ACCESS).waitFor();
      expect(await page.locator('.probe-result').allInnerTexts()).toEqual([
        'Denied',
        ...Array(4).fill('Not checked'),
      ]);
    });
  });
});

test('retries a verification that AWS did not answer, and does not blame the role', async () => {
  await pageTest.asCustomer(async ({ page, tenant }) => {
    await page.clock.install();
    const role = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
    service.aws.faults.set('garbage', { roleArn: role });
    await submitRole(page, role);
    await page.getByText('AWS did not answer every check. This page tries again').waitFor();
    service.aws.faults.clear();
    await page.getByText(/Next try in/).waitFor();
    await page.clock.runFor(11_000);
    await heading(page, "You're connected.").waitFor();
  });
});

test('waits, and says so, when the rate limit for verifications is exceeded', async () => {
  const strict = await startTestService({ replicaOf: service, config: { verificationsPerMinute: 1 } });
  const tenant = await createTenant(service);
  const { body } = await strict.as(service.adminKey).post(`${tenant.path}/connect-links`, {});
  const { page, context, faults } = await visit(pageTest.browser, { origin: strict.url });
  await page.clock.install();
  await page.goto(body.url);
  await submitRole(page, await putRole(service.aws, trustPolicyRequiring(tenant.externalId)));
  await heading(page, "You're connected.").waitFor();
  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByText('Many verifications were made in the last minute').waitFor();
  await page.getByText(/Next try in/).waitFor();
  service.clock.advance(60);
  await page.clock.runFor(61_000);
  await heading(page, "You're connected.").waitFor();
  expect(faults).toEqual([]);
  await context.close();
  await strict.close();
});
