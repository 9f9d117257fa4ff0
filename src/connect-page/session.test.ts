import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, createConnectLink, openLink, type TestBrowser } from '../../test/harness/connect.ts';
import {
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { newSecret } from '../connect-links/link.ts';

let service: TestService;
let tenant: TestTenant;
let browser: TestBrowser;

beforeAll(async () => {
  service = await startTestService({ config: { returnUrls: ['https://app.example.com'] } });
  tenant = await createTenant(service);
  browser = await openLink(service, (await createConnectLink(service, tenant)).url);
});
afterAll(() => service.close());

test('a session is replaced by one of another tenant only after confirmation, by one of the same tenant at once', async () => {
  const other = await createTenant(service);
  const requestWithCookie = async (path: string, cookie: string, init: RequestInit = {}) => {
    const answer = await fetch(new URL(path, service.url), {
      redirect: 'manual',
      ...init,
      headers: { cookie, accept: 'text/html', ...init.headers },
    });
    return { status: answer.status, set: answer.headers.getSetCookie() };
  };
  const mine = browser.cookie as string;
  const name = mine.split('=')[0] as string;
  const same = await requestWithCookie((await createConnectLink(service, tenant)).url, mine);
  expect(same.set).toEqual([expect.stringMatching(new RegExp(`^${name}=csl_`))]);
  const foreign = await requestWithCookie((await createConnectLink(service, other)).url, mine);
  expect(foreign.set).toEqual([
    expect.stringMatching(
      new RegExp(`^${name}-next=csl_\\w+; Max-Age=600; Path=/connect; HttpOnly; SameSite=Lax$`),
    ),
  ]);
  const next = foreign.set[0]?.split(';')[0] as string;
  const both = `${mine}; ${next}`;
  const forged = await requestWithCookie('/connect/switch', both, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect([forged.status, forged.set]).toEqual([403, []]);
  const confirmed = await requestWithCookie('/connect/switch', both, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  expect(confirmed.set.map((line) => line.replace(/;.*/, ''))).toEqual([
    next.replace('-next=', '='),
    `${name}-next=`,
  ]);
  // The cookie that waits for confirmation is no session.
  expect((await requestWithCookie('/connect', next)).status).toBe(401);
});

test('a cookie that an attacker planted never becomes a session', async () => {
  const planted = newSecret();
  const { url } = await createConnectLink(service, tenant);
  const name = browser.cookie?.split('=')[0];
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie: `${name}=${planted}` } });
  expect(answer.headers.get('set-cookie')).not.toContain(planted);
  expect((await createBrowser(service, `${name}=${planted}`).get('/connect')).status).toBe(401);
});

test('a session ends when the customer leaves, when it expires, and with its tenant', async () => {
  const own = await createTenant(service);
  const { url } = await createConnectLink(service, own, { expiresInSeconds: 604_800 });
  const left = await openLink(service, url);
  expect((await left.post('/connect/leave')).headers.get('set-cookie')).toContain('Max-Age=0');
  expect((await left.get('/connect')).status).toBe(401);
  const timed = await openLink(service, url);
  service.clock.advance(12 * 3600);
  expect((await timed.get('/connect')).status).toBe(401);
  const { url: renewing } = await createConnectLink(service, own, {
    renewUrl: 'https://app.example.com/connect',
  });
  const renewed = await openLink(service, renewing);
  service.clock.advance(12 * 3600);
  const answer = await renewed.get('/connect/accounts');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://app.example.com/connect']);
  const last = await openLink(service, url);
  await service.admin.patch(own.path, { status: 'suspended' });
  const paused = await last.get('/connect');
  expect([paused.status, await paused.text()]).toEqual([403, expect.stringContaining('paused')]);
  await service.admin.patch(own.path, { status: 'active' });
  expect((await last.get('/connect')).status, 'the session of a resumed tenant goes on').toBe(200);
  await service.admin.delete(own.path);
  expect((await last.get('/connect')).status).toBe(410);
});

test('a session is stored as a hash', async () => {
  const { rows } = await service.queryAsOwner(`SELECT encode(hash, 'escape') AS hash FROM connect_sessions`);
  const secret = browser.cookie?.split('=')[1] as string;
  expect(rows.length).toBeGreaterThan(0);
  for (const { hash } of rows) expect(hash).not.toContain(secret.slice(4, 20));
});

test('the first of two cookies with the same name is used, which browsers send for the longer path', async () => {
  const [name] = (browser.cookie as string).split('=');
  const status = async (cookie: string) => (await createBrowser(service, cookie).get('/connect')).status;
  const { url } = await createConnectLink(service, tenant);
  const { cookie } = await openLink(service, url);
  expect(await status(`${cookie}; ${name}=${newSecret()}`)).toBe(200);
  expect(await status(`${name}=${newSecret()}; ${cookie}`)).toBe(401);
});

test('behind TLS and a path, the cookie is Secure with the __Secure- prefix, and limited to the path', async () => {
  const behind = await startTestService({
    replicaOf: service,
    config: {
      publicUrl: 'https://connect.example.com/aws/',
      page: { ...service.deps.config.page, frameAncestors: ['https://app.example.com'] },
    },
  });
  const { body } = await behind.as(service.adminKey).post(`${tenant.path}/connect-links`, {});
  expect(body.url).toMatch(/^https:\/\/connect\.example\.com\/aws\/connect\/csl_/);
  const answer = await fetch(`${behind.url}/connect/${body.url.split('/').at(-1)}`, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('/aws/connect');
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Secure-countersign-connect=csl_\w+; Max-Age=648000; Path=\/aws\/connect; HttpOnly; Secure; SameSite=Lax$/,
  );
  const page = await createBrowser(behind, answer.headers.get('set-cookie')?.split(';')[0] ?? null).get(
    '/connect',
  );
  expect(page.headers.get('content-security-policy')).toContain('frame-ancestors https://app.example.com');
  expect(page.headers.get('x-frame-options')).toBeNull();
  const text = await page.text();
  for (const [, url] of text.matchAll(/(?:href|action|src)="(\/[^"]*)"/g))
    expect(url).toMatch(/^\/aws\/connect/);
  await behind.close();
});
