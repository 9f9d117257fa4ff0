import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, createConnectLink, openLink, type TestBrowser } from '../../test/harness/connect.ts';
import {
  createConnectedTenant,
  createConnection,
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
  ({ tenant, connection } = await createConnectedTenant(service));
  browser = await openLink(service, (await createConnectLink(service, tenant)).url);
  const { body: run } = await service.admin.post(`${tenant.path}/connections/verifications`);
  routes = requestsOf(service.service.routes, { connectionId: connection.id, runId: run.id });
});
afterAll(() => service.close());

function requestsOf(all: RouteOptions[], ids: Record<string, string>) {
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

const sessionRoutes = () => routes.filter(({ access }) => access === 'connect-session');
const send = (
  { method, path }: { method: string; path: string },
  from: TestBrowser,
  form?: Record<string, string>,
  headers?: Record<string, string>,
) => (method === 'GET' ? from.get(path, headers) : from.post(path, form, headers));

async function readState(): Promise<unknown> {
  const { rows } = await service.queryAsOwner(`SELECT
    (SELECT jsonb_agg(c ORDER BY id) FROM connections c) AS connections,
    (SELECT jsonb_agg(l ORDER BY id) FROM connect_links l) AS links,
    (SELECT jsonb_agg(s ORDER BY hash) FROM connect_sessions s) AS sessions,
    (SELECT jsonb_agg(e ORDER BY id) FROM external_ids e) AS external_ids,
    (SELECT count(*) FROM audit_log) AS events`);
  return rows[0];
}

describe('every route of the page', () => {
  test('declares whether it needs a session, without which it cannot be registered', async () => {
    expect(sessionRoutes().length).toBeGreaterThan(7);
    for (const { access, path } of routes)
      expect(['connect-session', 'connect-public'], path).toContain(access);
    const { default: Fastify } = await import('fastify');
    const app = Fastify();
    registerPageGuard(app.withTypeProvider(), service.deps);
    expect(() => app.get('/connect/forgotten', async () => 'open')).toThrow(/does not declare/);
    expect(() => app.get('/a', { config: { access: 'public' } }, async () => 'open')).toThrow(
      /does not declare/,
    );
  });

  test('is denied without a valid session: no cookie, an unknown one, the secret of a link, or an API key', async () => {
    const { secret } = await createConnectLink(service, tenant);
    const { body: token } = await service.admin.post(`${tenant.path}/tokens`, {});
    const name = browser.cookie?.split('=')[0];
    const before = await readState();
    for (const route of sessionRoutes()) {
      for (const [cookie, headers] of [
        [null, {}],
        [`${name}=${newSecret()}`, {}],
        [`${name}=`, {}],
        [`${name}=${secret}`, {}],
        [`${name}=${service.adminKey}`, {}],
        [null, { authorization: `Bearer ${service.adminKey}` }],
        [null, { authorization: `Bearer ${token.token}` }],
      ] as [string | null, Record<string, string>][]) {
        const answer = await send(route, createBrowser(service, cookie), {}, headers);
        expect(answer.status, `${route.method} ${route.path} ${cookie}`).toBe(401);
        expect(await answer.text()).not.toContain(tenant.externalId);
      }
    }
    expect(await readState()).toEqual(before);
  });

  test('uses a session that no route of the API accepts', async () => {
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

  test('rejects requests from other sites and changes nothing', async () => {
    const crossSite: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: service.url },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
    ];
    const before = await readState();
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      for (const headers of crossSite) {
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
    expect(await readState()).toEqual(before);
    const withoutFetchMetadata = await fetch(`${service.url}/connect/role-checks`, {
      method: 'POST',
      headers: { cookie: browser.cookie as string, origin: service.url },
      body: new URLSearchParams({ role: connection.roleArn }),
    });
    expect(withoutFetchMetadata.status, 'the Origin is enough').toBe(200);
  });

  test('forbids caches, frames, foreign scripts and cross-site referrers', async () => {
    const nonces = new Set<string>();
    for (const route of routes) {
      if (route.path.includes('/assets/') || route.path.endsWith('/leave')) continue;
      const answer = await send(route, browser, route.path.includes('role') ? { role: 'x' } : {});
      const named = `${route.method} ${route.path}`;
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy, named).toMatch(
        /^default-src 'none'; script-src 'nonce-[\w+/=]{24}'; style-src 'nonce-[\w+/=]{24}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      nonces.add(policy);
      expect(answer.headers.get('cache-control'), named).toBe('no-store');
      expect(answer.headers.get('x-frame-options'), named).toBe('DENY');
      expect(answer.headers.get('referrer-policy'), named).toBe('same-origin');
      expect(answer.headers.get('x-content-type-options'), named).toBe('nosniff');
    }
    expect(nonces.size, 'each response has its own nonce').toBeGreaterThan(5);
  });

  test('rejects an external ID in its query and its body, as a form and as JSON', async () => {
    const before = await readState();
    for (const route of sessionRoutes()) {
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
    expect(await readState()).toEqual(before);
  });

  test("answers another tenant's connection or run exactly like a missing one", async () => {
    const other = await createTenant(service);
    const theirs = await createConnection(service, other);
    const { body: run } = await service.admin.post(`${other.path}/connections/verifications`);
    const [foreign, missing] = [
      { connectionId: theirs.id, runId: run.id },
      { connectionId: newId('connection'), runId: newId('run') },
    ].map((ids) =>
      requestsOf(service.service.routes, ids).filter(({ path }) =>
        Object.values(ids).some((id) => path.includes(id)),
      ),
    ) as [typeof routes, typeof routes];
    expect(foreign.length).toBeGreaterThan(2);
    const withoutIds = (text: string) =>
      text
        .replace(/nonce="[^"]*"/g, '')
        .replace(/<code>[\w-]{36}<\/code>/g, '')
        .replaceAll(/(?:connection|run)_\w+/g, '');
    for (const [i, route] of foreign.entries()) {
      const one = await send(route, browser);
      const none = await send(missing[i] as (typeof routes)[0], browser);
      expect([one.status, none.status], route.path).toEqual([404, 404]);
      const text = await one.text();
      expect(withoutIds(text)).toBe(withoutIds(await none.text()));
      expect(text).not.toContain(theirs.roleArn);
    }
  });
});
