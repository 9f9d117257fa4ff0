import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserWith, createConnectLink, openLink, type TestBrowser } from '../../test/harness/connect.ts';
import {
  connect,
  connected,
  createTenant,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { newSecret } from '../connect-links/link.ts';
import { newId } from '../lib/ids.ts';
import { registerPageGuard } from './guard.ts';

let service: TestService;
let routes: { method: string; path: string; access: unknown }[];
let tenant: TestTenant;
let connection: TestConnection;
let browser: TestBrowser;

const SPELLINGS = ['externalId', 'external_id', 'sts:ExternalId', 'EXTERNAL-ID', 'ｅｘｔｅｒｎａｌＩｄ'];

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
  ({ tenant, connection } = await connected(service));
  browser = await openLink(service, (await createConnectLink(service, tenant)).url);
  const { body: run } = await service.admin.post(`${tenant.path}/connections/verifications`);
  routes = walk(service.service.routes, { connectionId: connection.id, runId: run.id });
});
afterAll(() => service.close());

function walk(all: RouteOptions[], ids: Record<string, string>) {
  const own: Record<string, string> = { artifact: 'trust-policy.json', ...ids };
  return all
    .filter(({ url }) => url === '/connect' || url.startsWith('/connect/'))
    .filter(({ url }) => !url.endsWith('/:secret') && !url.endsWith('/*') && !url.endsWith('/assets/logo'))
    .flatMap(({ method, url, config }) =>
      [method].flat().map((method) => ({
        method: String(method),
        path: url.replace(/:(\w+)/g, (_, name: string) => own[name] ?? ''),
        access: config?.access,
      })),
    );
}

const ofSession = () => routes.filter(({ access }) => access === 'connect-session');
const send = (
  { method, path }: { method: string; path: string },
  by: TestBrowser,
  form?: Record<string, string>,
  headers?: Record<string, string>,
) => (method === 'GET' ? by.get(path, headers) : by.post(path, form, headers));

async function everything(): Promise<unknown> {
  const { rows } = await service.asOwner(`SELECT
    (SELECT jsonb_agg(c ORDER BY id) FROM connections c) AS connections,
    (SELECT jsonb_agg(l ORDER BY id) FROM connect_links l) AS links,
    (SELECT jsonb_agg(s ORDER BY hash) FROM connect_sessions s) AS sessions,
    (SELECT jsonb_agg(e ORDER BY id) FROM external_ids e) AS external_ids,
    (SELECT count(*) FROM audit_log) AS events`);
  return rows[0];
}

describe('every route of the page', () => {
  test('says whether it needs the session; one that does not cannot be registered', async () => {
    expect(ofSession().length).toBeGreaterThan(7);
    for (const { access, path } of routes)
      expect(['connect-session', 'connect-public'], path).toContain(access);
    const { default: Fastify } = await import('fastify');
    const app = Fastify();
    registerPageGuard(app.withTypeProvider(), service.deps);
    expect(() => app.get('/connect/forgotten', async () => 'open')).toThrow(/does not say/);
    expect(() => app.get('/a', { config: { access: 'public' } }, async () => 'open')).toThrow(/does not say/);
  });

  test('is closed without the session: to nobody’s cookie, an unknown one, a link’s secret, and every API key', async () => {
    const { secret } = await createConnectLink(service, tenant);
    const { body: token } = await service.admin.post(`${tenant.path}/tokens`, {});
    const name = browser.cookie?.split('=')[0];
    const before = await everything();
    for (const route of ofSession()) {
      for (const [cookie, headers] of [
        [null, {}],
        [`${name}=${newSecret()}`, {}],
        [`${name}=`, {}],
        [`${name}=${secret}`, {}],
        [`${name}=${service.adminKey}`, {}],
        [null, { authorization: `Bearer ${service.adminKey}` }],
        [null, { authorization: `Bearer ${token.token}` }],
      ] as [string | null, Record<string, string>][]) {
        const answer = await send(route, browserWith(service, cookie), {}, headers);
        expect(answer.status, `${route.method} ${route.path} ${cookie}`).toBe(401);
        expect(await answer.text()).not.toContain(tenant.externalId);
      }
    }
    expect(await everything()).toEqual(before);
  });

  test('has a session that is no API key: every route of the API refuses it', async () => {
    const secret = browser.cookie?.split('=')[1] as string;
    for (const { url, method } of service.service.routes.filter(({ url }) => url.startsWith('/v1/'))) {
      const path = url
        .replace(':tenantId', tenant.id)
        .replace(':connectionId', connection.id)
        .replace(/:(\w+)Id/g, (_, name: string) => newId(name));
      const both: Record<string, string>[] = [
        { cookie: browser.cookie as string },
        { authorization: `Bearer ${secret}` },
      ];
      for (const headers of both) {
        const answer = await fetch(service.url + path, { method: String(method), headers });
        expect(answer.status, `${method} ${path}`).toBe(401);
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
    }
  });

  test('changes nothing when it was sent from anywhere but the page', async () => {
    const elsewhere: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: service.url },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
    ];
    const before = await everything();
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      for (const headers of elsewhere) {
        const answer = await send(route, browser, { role: connection.roleArn }, headers);
        expect(answer.status, `${route.path} ${JSON.stringify(headers)}`).toBe(403);
      }
      for (const origin of [undefined, 'null', 'https://evil.example', `${service.url}.evil.example`]) {
        const answer = await fetch(service.url + route.path, {
          method: route.method,
          headers: { cookie: browser.cookie as string, accept: 'text/html', ...(origin && { origin }) },
          body: new URLSearchParams({ role: connection.roleArn }),
        });
        expect(answer.status, `${route.path} ${origin}`).toBe(403);
      }
    }
    expect(await everything()).toEqual(before);
    const old = await fetch(`${service.url}/connect/role-checks`, {
      method: 'POST',
      headers: { cookie: browser.cookie as string, origin: service.url },
      body: new URLSearchParams({ role: connection.roleArn }),
    });
    expect(old.status, 'a browser without Fetch Metadata says its Origin').toBe(200);
  });

  test('is kept in no cache, framed by nobody, runs only our script, and tells no other site where it is', async () => {
    const nonces = new Set<string>();
    for (const route of routes) {
      if (route.path.includes('/assets/') || route.path.endsWith('/leave')) continue;
      const answer = await send(route, browser, route.path.includes('role') ? { role: 'x' } : {});
      const named = `${route.method} ${route.path}`;
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy, named).toMatch(
        /^default-src 'none'; script-src 'nonce-[\w+/=]{24}'; style-src 'nonce-[\w+/=]{24}'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      nonces.add(policy);
      expect(answer.headers.get('cache-control'), named).toBe('no-store');
      expect(answer.headers.get('x-frame-options'), named).toBe('DENY');
      expect(answer.headers.get('referrer-policy'), named).toBe('same-origin');
      expect(answer.headers.get('x-content-type-options'), named).toBe('nosniff');
    }
    expect(nonces.size, 'each answer has a nonce of its own').toBeGreaterThan(5);
  });

  test('refuses an external ID in its query and its body, as a form and as JSON', async () => {
    const before = await everything();
    for (const route of ofSession()) {
      for (const name of SPELLINGS) {
        const queried = await send(
          { ...route, path: `${route.path}?${encodeURIComponent(name)}=x` },
          browser,
          {
            role: connection.roleArn,
          },
        );
        expect(queried.status, `${route.path} ${name}`).toBe(400);
        if (route.method === 'GET') continue;
        const form = await send(route, browser, { role: connection.roleArn, [name]: 'x' });
        expect(form.status, `${route.path} ${name}`).toBe(400);
        const json = await fetch(service.url + route.path, {
          method: 'POST',
          headers: {
            cookie: browser.cookie as string,
            'sec-fetch-site': 'same-origin',
            accept: 'application/json',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ role: connection.roleArn, deep: [{ [name]: 'x' }] }),
        });
        expect(json.status, `${route.path} ${name}`).toBe(400);
        expect(((await json.json()) as { code: string }).code).toBe('external_id_not_settable');
      }
    }
    expect(await everything()).toEqual(before);
  });

  test("answers another tenant's connection or run exactly like one that is not there", async () => {
    const other = await createTenant(service);
    const theirs = await connect(service, other);
    const { body: run } = await service.admin.post(`${other.path}/connections/verifications`);
    const [foreign, missing] = [
      { connectionId: theirs.id, runId: run.id },
      { connectionId: newId('connection'), runId: newId('run') },
    ].map((ids) =>
      walk(service.service.routes, ids).filter(({ path }) =>
        Object.values(ids).some((id) => path.includes(id)),
      ),
    ) as [typeof routes, typeof routes];
    expect(foreign.length).toBeGreaterThan(2);
    const anonymous = (text: string) =>
      text
        .replace(/nonce="[^"]*"/g, '')
        .replace(/<code>[\w-]{36}<\/code>/g, '')
        .replaceAll(/(?:connection|run)_\w+/g, '');
    for (const [i, route] of foreign.entries()) {
      const one = await send(route, browser);
      const none = await send(missing[i] as (typeof routes)[0], browser);
      expect([one.status, none.status], route.path).toEqual([404, 404]);
      const text = await one.text();
      expect(anonymous(text)).toBe(anonymous(await none.text()));
      expect(text).not.toContain(theirs.roleArn);
    }
  });
});

describe('a session', () => {
  test('gives way to that of another tenant only by a form of the page; of the same tenant at once', async () => {
    const other = await createTenant(service);
    const cookiesAfter = async (path: string, cookie: string, init: RequestInit = {}) => {
      const answer = await fetch(new URL(path, service.url), {
        redirect: 'manual',
        ...init,
        headers: { cookie, accept: 'text/html', ...init.headers },
      });
      return { status: answer.status, set: answer.headers.getSetCookie() };
    };
    const mine = browser.cookie as string;
    const name = mine.split('=')[0] as string;
    const same = await cookiesAfter((await createConnectLink(service, tenant)).url, mine);
    expect(same.set).toEqual([expect.stringMatching(new RegExp(`^${name}=csl_`))]);
    const foreign = await cookiesAfter((await createConnectLink(service, other)).url, mine);
    expect(foreign.set).toEqual([
      expect.stringMatching(
        new RegExp(`^${name}-next=csl_\\w+; Path=/connect; Max-Age=600; HttpOnly; SameSite=Lax$`),
      ),
    ]);
    const next = foreign.set[0]?.split(';')[0] as string;
    const both = `${mine}; ${next}`;
    const forged = await cookiesAfter('/connect/switch', both, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect([forged.status, forged.set]).toEqual([403, []]);
    const agreed = await cookiesAfter('/connect/switch', both, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(agreed.set.map((line) => line.replace(/;.*/, ''))).toEqual([
      next.replace('-next=', '='),
      `${name}-next=`,
    ]);
    // The waiting one alone opens nothing.
    expect((await cookiesAfter('/connect', next)).status).toBe(401);
  });

  test('is always a new one: a cookie that somebody planted stays worthless', async () => {
    const planted = newSecret();
    const { url } = await createConnectLink(service, tenant);
    const name = browser.cookie?.split('=')[0];
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: `${name}=${planted}` } });
    expect(answer.headers.get('set-cookie')).not.toContain(planted);
    expect((await browserWith(service, `${name}=${planted}`).get('/connect')).status).toBe(401);
  });

  test('ends with leaving, with its time, and with the tenant; a kept cookie is no way back', async () => {
    const own = await createTenant(service);
    const { url } = await createConnectLink(service, own, { expiresInSeconds: 604_800 });
    const left = await openLink(service, url);
    expect((await left.post('/connect/leave')).headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await left.get('/connect')).status).toBe(401);
    const timed = await openLink(service, url);
    service.clock.advance(12 * 3600);
    expect((await timed.get('/connect')).status).toBe(401);
    const last = await openLink(service, url);
    await service.admin.patch(own.path, { status: 'suspended' });
    const paused = await last.get('/connect');
    expect([paused.status, await paused.text()]).toEqual([403, expect.stringContaining('paused')]);
    await service.admin.patch(own.path, { status: 'active' });
    expect((await last.get('/connect')).status, 'what was paused goes on').toBe(200);
    await service.admin.delete(own.path);
    expect((await last.get('/connect')).status).toBe(410);
  });

  test('is stored as a hash alone, and forgotten when its time is over', async () => {
    const { rows } = await service.asOwner(`SELECT encode(hash, 'escape') AS hash FROM connect_sessions`);
    const secret = browser.cookie?.split('=')[1] as string;
    expect(rows.length).toBeGreaterThan(0);
    for (const { hash } of rows) expect(hash).not.toContain(secret.slice(4, 20));
    const { deleteExpiredConnectSessions } = await import('../connect-links/delete-expired-sessions.ts');
    service.clock.advance(13 * 3600);
    await deleteExpiredConnectSessions(service.deps);
    const after = await service.asOwner('SELECT count(*)::int AS n FROM connect_sessions');
    expect(after.rows[0].n).toBe(0);
  });
});

test('behind TLS and a path, the cookie is Secure, named so that plain HTTP cannot set it, and held to the path', async () => {
  const behind = await startTestService({
    beside: service,
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
    /^__Secure-countersign-connect=csl_\w+; Path=\/aws\/connect; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
  );
  const page = await browserWith(behind, answer.headers.get('set-cookie')?.split(';')[0] ?? null).get(
    '/connect',
  );
  expect(page.headers.get('content-security-policy')).toContain('frame-ancestors https://app.example.com');
  expect(page.headers.get('x-frame-options')).toBeNull();
  const text = await page.text();
  for (const [, url] of text.matchAll(/(?:href|action|src)="(\/[^"]*)"/g))
    expect(url).toMatch(/^\/aws\/connect/);
  await behind.close();
});
