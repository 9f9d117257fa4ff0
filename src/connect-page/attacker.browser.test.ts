import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAxeViolations, visit } from '../../test/harness/browser.ts';
import { createConnectLink } from '../../test/harness/connect.ts';
import {
  createConnectedTenant,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
} from '../../test/harness/service.ts';
import { heading, NO_ACCESS, type PageTest, startPageTest, submitRole } from './page-test.fixture.ts';

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  pageTest = await startPageTest();
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

describe('an attacker', () => {
  const EVIL = `"><script>top.hit=1</script><img src=x onerror=top.hit=1>'\`\${top.hit=1}{{7*7}}</textarea><svg/onload=top.hit=1>`;

  test('cannot inject a script through the names of tenant and vendor, ARNs, policies or profiles', async () => {
    const { vendor } = service.deps.config;
    const evil = await startTestService({
      replicaOf: service,
      config: { vendor: { ...vendor, name: EVIL } },
    });
    const admin = evil.as(service.adminKey);
    const { body: tenant } = await admin.post('/v1/tenants', { name: EVIL, reference: EVIL });
    await admin.post('/v1/profiles', { name: 'evil', description: EVIL });
    const { body: link } = await admin.post(`/v1/tenants/${tenant.id}/connect-links`, { profile: 'evil' });
    const { page, context, faults } = await visit(pageTest.browser, { origin: evil.url });
    const roleArn = await putRole(service.aws, trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }));
    const { body: named } = await admin.post(`/v1/tenants/${tenant.id}/connections`, { roleArn, name: EVIL });
    await page.goto(link.url);
    expect(await page.locator('.tenant b').textContent()).toBe(EVIL);
    for (const path of [`connections/${named.id}`, 'accounts', 'nothing', 'new', '']) {
      await page.goto(`${evil.url}/connect/${path}`);
      expect(await page.evaluate('top.hit'), path).toBeUndefined();
    }
    await page.goto(`${evil.url}/connect/connections/${named.id}`);
    await page.getByRole('button', { name: 'Verify connection' }).click();
    await page.locator('.outcome.bad').waitFor();
    await page.goto(`${evil.url}/connect/accounts`);
    await page.getByLabel(/Account IDs/).fill(EVIL);
    await page.getByRole('button', { name: 'Verify connections' }).click();
    await page.getByText(/^Added: 0\./).waitFor();
    await page.goto(`${evil.url}/connect/new`);
    await page.getByLabel(/Role ARN/).fill(`arn:aws:iam::111111111111:role/${EVIL}`);
    await page.locator('.field-status.bad').waitFor();
    await page.getByRole('button', { name: 'Verify connection' }).click();
    await page.locator('.field-status.bad').waitFor();
    await page.getByText('Check a trust policy before you save it').click();
    await page.getByLabel('Trust policy of the role').fill(`{"Version": "${EVIL}", ${EVIL}`);
    await page.getByRole('button', { name: 'Check the policy' }).click();
    await page.locator('.findings').waitFor();
    expect(await page.evaluate('top.hit')).toBeUndefined();
    expect(await page.locator('script').count()).toBe(1);
    expect(faults).toEqual([]);
    await context.close();
    await evil.close();
  });

  test("cannot switch a customer's browser to the attacker's tenant: the customer has to confirm", async () => {
    const evil = await createTenant(service);
    const { url } = await createConnectLink(service, evil);
    await pageTest.asCustomer(async ({ page, tenant }) => {
      const expectOwnPage = async () => {
        await page.goto(`${service.url}/connect`);
        const text = await page.content();
        expect([text.includes(tenant.externalId), text.includes(evil.externalId)]).toEqual([true, false]);
      };
      await page.goto(url);
      await heading(page, 'This link is for somebody else').waitFor();
      expect(page.url()).toBe(`${service.url}/connect/switch`);
      expect(await page.content()).not.toContain(evil.externalId);
      expect(await findAxeViolations(page)).toEqual([]);
      await expectOwnPage();
      await page.goto(`${service.url}/connect/switch`);
      await page.getByRole('link', { name: /^Stay with/ }).click();
      await expectOwnPage();
      // A person who works for both tenants confirms, and then sees the other tenant's page.
      await page.goto(url);
      await page.getByRole('button', { name: 'Switch to the other page' }).click();
      await page.getByText(evil.externalId).first().waitFor({ state: 'attached' });
      expect(await page.content()).not.toContain(tenant.externalId);
      await page.goto(`${service.url}/connect/switch`);
      expect(page.url(), 'there is nothing left to confirm').toBe(`${service.url}/connect`);
    });
  });

  test('cannot show the page in a frame of another site', async () => {
    const { url } = await createConnectLink(service, await createTenant(service));
    const frame = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(`<iframe src="${url}"></iframe>`),
    ).listen(0, '127.0.0.1');
    await once(frame, 'listening');
    const { port } = frame.address() as { port: number };
    const { page, context, faults } = await visit(pageTest.browser, { origin: `http://127.0.0.1:${port}` });
    await page.goto(`http://127.0.0.1:${port}/`);
    await expect.poll(() => faults.join()).toMatch(/frame-ancestors/);
    expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0);
    await context.close();
    frame.close();
  });

  test("cannot read or change anything of tenant A with tenant B's link", async () => {
    const { tenant: a, connection } = await createConnectedTenant(service);
    await pageTest.asCustomer(async ({ page }) => {
      await page.goto(`${service.url}/connect/connections/${connection.id}`);
      await heading(page, 'This is not possible').waitFor();
      expect(await page.content()).not.toContain(a.externalId);
      // B submits A's role. It requires A's external ID, but B's page always sends B's.
      await page.goto(`${service.url}/connect`);
      await submitRole(page, connection.roleArn);
      await page.getByRole('button', { name: 'Stop waiting and show the result' }).click();
      await heading(page, NO_ACCESS).waitFor();
      expect(await page.content()).not.toContain(a.externalId);
    });
  });
});

describe("the vendor's logo", () => {
  const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30" onload="top.hit=1"><script>top.hit=1</script><style>rect{fill:#0b5cad}</style><rect width="120" height="30"/><image href="https://evil.example/x.png"/></svg>`;
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );

  test.each([
    ['image/svg+xml', Buffer.from(SVG)],
    ['image/png', PNG],
  ] as const)(
    'replaces the name, is labelled with it for screen readers, and runs no script: %s',
    async (mediaType, content) => {
      const { page: pageConfig } = service.deps.config;
      const branded = await startTestService({
        replicaOf: service,
        config: { page: { ...pageConfig, logo: { mediaType, content } } },
      });
      const tenant = await createTenant(service);
      const { body } = await branded.as(service.adminKey).post(`${tenant.path}/connect-links`, {});
      const { page, context, faults } = await visit(pageTest.browser, { origin: branded.url });
      await page.goto(body.url);
      const logo = page.getByRole('img', { name: 'Larkspur Monitoring' });
      await logo.waitFor();
      expect(
        await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      ).toBeGreaterThan(0);
      expect(await page.locator('.vendor').count()).toBe(0);
      expect(await findAxeViolations(page)).toEqual([]);
      expect(faults).toEqual([]);
      // Opened by itself, the image is a document of this origin. It must not run scripts then, either.
      const alone = await page.goto(`${branded.url}/connect/assets/logo`);
      expect(alone?.headers()).toMatchObject({
        'content-type': mediaType,
        'x-content-type-options': 'nosniff',
      });
      expect(alone?.headers()['content-security-policy']).toMatch(/^default-src 'none';.*sandbox$/);
      expect(await page.evaluate('top.hit')).toBeUndefined();
      await context.close();
      await branded.close();
    },
  );

  test('is answered with 404 if the vendor has none', async () => {
    const page = { ...service.deps.config.page, logo: null };
    const plain = await startTestService({ replicaOf: service, config: { page } });
    expect((await fetch(`${plain.url}/connect/assets/logo`)).status).toBe(404);
    await plain.close();
  });
});
