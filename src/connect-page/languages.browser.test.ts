import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAxeViolations, screenshotForReview } from '../../test/harness/browser.ts';
import { createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  createConnection,
  createTenant,
  putRole,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { readConfig } from '../config/config.ts';
import { en } from './messages/en/index.ts';
import { CATALOGUES, LANGUAGES } from './messages/languages.ts';
import { type PageTest, removeSandboxNotes, startPageTest } from './page-test.fixture.ts';
import { findUntranslated, inBrackets } from './untranslated-text.fixture.ts';

/** Has mistakes of several kinds, with long values in their findings. */
const BROKEN_POLICY = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }).Statement[0],
      trustPolicy({ StringEqual: { 'aws:PrincipalOrgID': 'o-1234567890' } }).Statement[0],
      { ...trustPolicy().Statement[0], Principal: { AWS: '1111-2222-3333' }, Sid: 'an-account' },
    ],
  },
  null,
  2,
);

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  const { brokers } = readConfig('sandbox', {});
  const templateUrl = 'https://example-templates.s3.amazonaws.com/role.yaml';
  pageTest = await startPageTest({
    brokers: brokers.map((broker) => ({ ...broker, templateUrl })),
    permissions: {
      managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit', 'arn:aws:iam::111122223333:policy/Own'],
      inlinePolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::b' },
          { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' },
          {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'true' } },
          },
          { Effect: 'Allow' },
        ],
      },
    },
  });
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

describe('the language of the page', () => {
  let tenant: TestTenant;
  let url: string;
  beforeAll(async () => {
    tenant = await createTenant(service);
    ({ url } = await createConnectLink(service, tenant));
  });

  const read = async (headers: Record<string, string>, path = '/connect') => {
    const { cookie } = await openLink(service, url);
    const { cookie: more, ...rest } = headers;
    const answer = await fetch(service.url + path, {
      headers: { accept: 'text/html', cookie: [cookie, more].filter(Boolean).join('; '), ...rest },
    });
    const html = await answer.text();
    return { answer, html, language: /<html lang="(\w+)">/.exec(html)?.[1] };
  };

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr;q=0.2, es-MX', 'es'],
    ['ja-JP;q=0.3, zh', 'ja'],
    ['pt-BR, en;q=0.1, fr;q=0.4', 'fr'],
    ['de;q=0, *;q=0.1', 'en'],
    ['pt', 'en'],
    ['', 'en'],
    ['…;;,q=x', 'en'],
  ])('is what the browser prefers: %s → %s', async (accepted, language) => {
    const found = await read({ 'accept-language': encodeURI(accepted).replace(/%20/g, ' ') });
    expect(found.language).toBe(language);
    expect(found.answer.headers.get('content-language')).toBe(language);
    expect(found.answer.headers.get('vary')).toBe('Accept-Language, Cookie');
    expect(found.html).toContain(CATALOGUES[language as 'en']['home.createRole']);
  });

  test('is kept in a cookie once it was chosen, also without the script', async () => {
    await pageTest.asCustomer(
      async ({ page }) => {
        expect(await page.locator('html').getAttribute('lang')).toBe('fr');
        await page.goto(`${service.url}/connect/accounts`);
        for (const language of [...LANGUAGES, 'ja'] as const) {
          await page.locator(`.languages [lang=${language}]`).click();
          await page.getByRole('heading', { name: CATALOGUES[language]['many.title'] as string }).waitFor();
        }
        await page.goto(`${service.url}/connect/new?partition=aws`);
        expect(await page.locator('html').getAttribute('lang')).toBe('ja');
        expect(await page.locator('.languages [lang=es]').getAttribute('href')).toBe(
          '?partition=aws&language=es',
        );
      },
      { javaScriptEnabled: false, locale: 'fr-CA' },
    );
  });

  test('has no other values than the page offers', async () => {
    for (const value of ['xx', '', 'constructor', 'de,fr']) {
      const { answer, language } = await read(
        { cookie: `countersign-language=${value}` },
        `/connect?language=${value}`,
      );
      expect([answer.status, language, answer.headers.get('set-cookie')]).toEqual([200, 'en', null]);
    }
  });

  test('is that of errors, which name no secret of a link', async () => {
    const link = await createConnectLink(service, tenant);
    await service.admin.delete(`${tenant.path}/connect-links/${link.id}`);
    const answer = await fetch(link.url, { headers: { 'accept-language': 'de', accept: 'text/html' } });
    const html = await answer.text();
    expect(html).toContain(CATALOGUES.de['notice.revoked.title']);
    expect(html).not.toContain(link.secret);
    const role = await fetch(`${service.url}/connect/role-checks`, {
      method: 'POST',
      headers: {
        cookie: (await openLink(service, url)).cookie ?? '',
        'accept-language': 'es',
        'sec-fetch-site': 'same-origin',
        accept: 'application/json',
      },
      body: new URLSearchParams({ role: 'MyRole' }),
    });
    expect(await role.json()).toMatchObject({
      fits: false,
      message: expect.stringMatching(/^Parece el nombre/),
    });
  });
});

test.each(LANGUAGES)(
  'the page in %s has the field for the role on the first screen for each method, and fits into 320 pixels',
  async (locale) => {
    await pageTest.asCustomer(
      async ({ page }) => {
        const inspect = async (name: string): Promise<void> => {
          await page.setViewportSize({ width: 320, height: 900 });
          await page
            .locator('details')
            .evaluateAll((all) => all.forEach((node) => void node.setAttribute('open', '')));
          await screenshotForReview(page, `language-${locale}-320-${name}`);
          expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(320);
          if (locale === 'de' || name === 'policy') expect(await findAxeViolations(page), name).toEqual([]);
        };
        expect(await page.getByRole('radio').count()).toBe(5);
        await removeSandboxNotes(page);
        for (const tile of await page.getByRole('radio').all()) {
          await tile.check();
          const box = await page.locator('.field-row').boundingBox();
          const method = (await tile.getAttribute('value')) as string;
          expect((box?.y ?? 0) + (box?.height ?? 0), method).toBeLessThan(900);
        }
        await screenshotForReview(page, `language-${locale}-1280-new`);
        await inspect('new');
        await page.setViewportSize({ width: 1280, height: 900 });
        // The footer leaves the window when "What to do" appears below the checks; nothing else may move.
        await page.addInitScript(`globalThis.moved = [];
          new PerformanceObserver((list) => {
            for (const { node, previousRect, currentRect } of list.getEntries().flatMap(({ sources }) => sources))
              if (node?.parentElement.closest('main') && previousRect.y !== currentRect.y) moved.push(node.outerHTML);
          }).observe({ type: 'layout-shift', buffered: true });`);
        const role = await putRole(service.aws, trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }));
        await page.locator('#role').fill(role);
        await page.locator('.role-form button').click();
        await page.locator('.outcome.bad').waitFor();
        expect(await page.evaluate('moved')).toEqual([]);
        await inspect('insecure');
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.locator('#policy').fill(BROKEN_POLICY);
        await page.locator('.policy-form button[type=submit]').click();
        await page.locator('.findings').waitFor();
        expect(await findAxeViolations(page), 'policy').toEqual([]);
        await inspect('policy');
      },
      { locale, width: 1280, colorScheme: locale === 'de' ? 'dark' : 'light' },
    );
  },
);

describe('every text of the page', () => {
  let original: typeof CATALOGUES.de;
  beforeAll(() => {
    original = CATALOGUES.de;
    CATALOGUES.de = inBrackets(en) as typeof original;
  });
  afterAll(() => {
    CATALOGUES.de = original;
  });

  const expectTranslated = async (page: Page, name: string): Promise<void> => {
    const { vendor, page: brand } = service.deps.config;
    const names = [
      brand.support as string,
      vendor.name,
      /Tenant \d+/g,
      'AWS CLI',
      'CloudFormation',
      'Terraform',
    ];
    const data = [...Object.values(brand.message ?? {}), ...names, /arn:aws:\S+/g];
    expect(await findUntranslated(page, data), name).toEqual([]);
  };

  test('of creating a role comes from the catalogue, in the sandbox and in production', async () => {
    const { emulatorUrl } = service.deps;
    for (const url of [emulatorUrl, null]) {
      Object.assign(service.deps, { emulatorUrl: url });
      await pageTest.asCustomer(
        async ({ page }) => {
          await expectTranslated(page, 'new');
          await page.locator('#role').fill('MyRole');
          await page.locator('.field-status.bad').waitFor();
          await expectTranslated(page, 'role');
          await page.goto(`${service.url}/connect/accounts`);
          await expectTranslated(page, 'accounts');
          await page.locator('textarea').fill('x');
          await page.locator('textarea + p + button').click();
          await expectTranslated(page, 'no accounts');
        },
        { locale: 'de-DE' },
      );
    }
    Object.assign(service.deps, { emulatorUrl });
  });

  test('of results comes from the catalogue', async () => {
    await pageTest.asCustomer(
      async ({ page, tenant }) => {
        const submit = async (role: string): Promise<void> => {
          await page.goto(`${service.url}/connect/new`);
          await page.locator('#role').fill(role);
          await page.locator('.role-form button').click();
        };
        for (const [name, policy] of [
          ['connected', trustPolicyRequiring(tenant.externalId)],
          ['not secure', trustPolicy({ StringLike: { 'sts:ExternalId': '*' } })],
          ['no condition', trustPolicy()],
        ] as const) {
          await submit(await putRole(service.aws, policy));
          await page.locator('[data-outcome]:not(.pending)').waitFor();
          await expectTranslated(page, name);
        }
        await submit('arn:aws:iam::111111111111:role/NotThere');
        await page.locator('#live button').waitFor();
        await expectTranslated(page, 'waiting');
        await page.locator('#live button').click();
        await page.locator('[data-outcome]:not(.pending)').waitFor();
        await expectTranslated(page, 'no access');
        await page.goto(`${service.url}/connect`);
        await expectTranslated(page, 'overview');
        await page.locator('details summary').first().click();
        await page.locator('[data-colleague-link] button').click();
        await page.locator('#colleague-link').waitFor();
        await expectTranslated(page, 'colleague');
        await page.goto(`${service.url}/connect/accounts`);
        const accounts = Array.from({ length: 10 }, (_, i) => String(222222222220 + i));
        await page.locator('textarea').fill([...accounts, accounts[0], '12', '999988887777'].join(' '));
        await page.locator('textarea + p + button').click();
        await page.locator('progress').waitFor();
        await expectTranslated(page, 'run');
        await page.goto(`${service.url}/connect?show=attention&account=2`);
        await expectTranslated(page, 'filters');
        const { id } = await createConnection(service, tenant);
        await page.goto(`${service.url}/connect/connections/${id}`);
        await expectTranslated(page, 'pending');
        await service.admin.patch(`${tenant.path}/connections/${id}`, { status: 'disabled' });
        await page.reload();
        await expectTranslated(page, 'disabled');
      },
      { locale: 'de-DE' },
    );
  });

  test('of checked policies and errors comes from the catalogue', async () => {
    await pageTest.asCustomer(
      async ({ page, tenant, url }) => {
        for (const policy of [
          JSON.stringify(trustPolicyRequiring(tenant.externalId)),
          JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } })),
          '{"Statement": [',
        ]) {
          await page.goto(`${service.url}/connect/new`);
          await page.locator('.policy-form summary').click();
          await page.locator('#policy').fill(policy);
          await page.locator('.policy-form button[type=submit]').click();
          await page.locator('.outcome').waitFor();
          await expectTranslated(page, policy.slice(0, 200));
        }
        for (const path of [
          '/nothing',
          '/connections/connection_x',
          '/setup/x',
          '?page=x',
          '?partition=aws-cn',
        ]) {
          await page.goto(`${service.url}/connect${path}`);
          await expectTranslated(page, path);
        }
        const other = await createTenant(service);
        await page.goto((await createConnectLink(service, other)).url);
        await expectTranslated(page, 'switch');
        await page.goto(`${service.url}/connect`);
        await page.locator('.session button').click();
        await expectTranslated(page, 'left');
        await page.goto(`${service.url}/connect`);
        await expectTranslated(page, 'none');
        const { data } = (await service.admin.get(`${tenant.path}/connect-links`)).body;
        await service.admin.delete(`${tenant.path}/connect-links/${data[0].id}`);
        await page.goto(url);
        await expectTranslated(page, 'revoked');
      },
      { locale: 'de-DE' },
    );
  });
});
