import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, type TestBrowser } from '../../test/harness/connect.ts';
import { createProfile, startTestService, type TestService } from '../../test/harness/service.ts';
import { PERMISSIONS, type Permission, roleMay } from '../identity/permissions.ts';
import { STAFF_ROLES, type StaffRole } from '../identity/staff-role.ts';
import { newId } from '../lib/ids.ts';
import { createFleet, type Fleet, signIn } from './console-test.fixture.ts';

let service: TestService;
let fleet: Fleet;
let browsers: Record<StaffRole, TestBrowser>;

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
  fleet = await createFleet(service);
  const entries = await Promise.all(
    STAFF_ROLES.map(async (role) => [role, await signIn(service, role)] as const),
  );
  browsers = Object.fromEntries(entries) as unknown as Record<StaffRole, TestBrowser>;
});
afterAll(() => service?.close());

const consoleRoutes = (): RouteOptions[] =>
  service.service.routes
    .filter(({ url }) => /^\/console(\/|$)/.test(url))
    .map((route) => ({ ...route, url: route.url.replace(/\/$/, '') }));

const postRoutes = (): RouteOptions[] => consoleRoutes().filter(({ method }) => method === 'POST');

const permissionOf = ({ config }: RouteOptions): Permission | null => {
  const access = config?.access ?? '';
  return Object.hasOwn(PERMISSIONS, access) ? (access as Permission) : null;
};

const pathOf = ({ url }: RouteOptions): string =>
  url.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'tenantId') return fleet.acme.id;
    if (name === 'connectionId') return fleet.verified.id;
    if (name === 'artifact') return 'trust-policy.json';
    return newId(name.replace(/Id$/, ''));
  });

/** Everything that a person could have changed by the console. */
async function readState(): Promise<string> {
  const { rows } = await service.queryAsOwner(`
    SELECT (SELECT json_agg(t ORDER BY id) FROM tenants t) AS tenants,
      (SELECT json_agg(c ORDER BY id) FROM connections c) AS connections,
      (SELECT json_agg(e ORDER BY id) FROM external_ids e) AS ids,
      (SELECT json_agg(l ORDER BY id) FROM connect_links l) AS links,
      (SELECT json_agg(k ORDER BY id) FROM api_keys k) AS keys,
      (SELECT json_agg(w ORDER BY id) FROM webhooks w) AS webhooks,
      (SELECT json_agg(p ORDER BY id) FROM access_profiles p) AS profiles,
      (SELECT count(*) FROM console_sessions) AS sessions`);
  return JSON.stringify(rows);
}

test('every route needs a permission of the API, a session, or is listed here as public', () => {
  const isPublic = (route: RouteOptions) => route.config?.access === 'console-public';
  expect(consoleRoutes().length).toBeGreaterThan(20);
  const publicRoutes = consoleRoutes()
    .filter(isPublic)
    .map(({ url }) => url);
  expect([...new Set(publicRoutes)].sort()).toEqual([
    '/console/assets/console.css',
    '/console/assets/console.js',
    '/console/open/:secret',
    '/console/sign-in',
    '/console/sign-in/callback',
    '/console/sign-in/provider',
  ]);
  for (const route of consoleRoutes()) {
    if (!isPublic(route) && route.config?.access !== 'console-session')
      expect(permissionOf(route), route.url).not.toBeNull();
  }
});

test('a role gets 403 from every route whose permission it does not have, and changes nothing', async () => {
  const before = await readState();
  let refused = 0;
  for (const route of consoleRoutes()) {
    const permission = permissionOf(route);
    if (permission === null) continue;
    for (const role of STAFF_ROLES.filter((role) => !roleMay(role, permission))) {
      const browser = browsers[role];
      const response =
        route.method === 'POST' ? await browser.post(pathOf(route)) : await browser.get(pathOf(route));
      expect(response.status, `${role}: ${route.method} ${route.url}`).toBe(403);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(30);
  expect(await readState()).toBe(before);
});

test('what a role may not do is not shown to it: no page has a link or form that the role could not use', async () => {
  const patterns = consoleRoutes().map((route) => ({
    route,
    pattern: new RegExp(`^${route.url.replace(/:\w+/g, '[^/]+').replaceAll('.', '\\.')}$`),
  }));
  const routeFor = (method: string, url: string) => {
    const [path = ''] = url.split(/[?#]/);
    // An exact path comes before one with a parameter, such as /tenants/new before /tenants/:tenantId.
    const exact = patterns.find(({ route }) => route.method === method && route.url === path);
    return (exact ?? patterns.find(({ route, pattern }) => route.method === method && pattern.test(path)))
      ?.route;
  };
  const start = [
    '/console',
    '/console/tenants',
    '/console/connections',
    `/console/tenants/${fleet.acme.id}`,
    `/console/tenants/${fleet.initech.id}`,
    fleet.verified.page,
    fleet.insecure.page,
  ];
  for (const role of STAFF_ROLES) {
    let shown = 0;
    for (const path of start) {
      const response = await browsers[role].get(path);
      expect(response.status, `${role}: ${path}`).toBe(200);
      const page = await response.text();
      const links = [...page.matchAll(/ (href|action)="(\/console[^"]*)"/g)].map((match) => {
        const form = match[1] === 'action' ? page.slice(match.index - 40, match.index) : '';
        return { method: form.includes('method="post"') ? 'POST' : 'GET', url: match[2] ?? '' };
      });
      for (const { method, url } of links) {
        const route = routeFor(method, url.replaceAll('&amp;', '&'));
        expect(route, `${role}: ${path} leads to ${method} ${url}`).toBeDefined();
        const permission = route && permissionOf(route);
        if (permission)
          expect(roleMay(role, permission), `${role}: ${path} shows ${method} ${url}`).toBe(true);
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(20);
  }
});

describe('somebody without a session', () => {
  test('gets nothing but the page to sign in, also with a cookie that was made up or has ended', async () => {
    const ended = await signIn(service, 'admin');
    await ended.post('/console/sign-out');
    for (const cookie of [null, 'countersign-console=guessed', `${ended.cookie}`]) {
      const stranger = createBrowser(service, cookie);
      for (const route of consoleRoutes()) {
        if (route.config?.access === 'console-public') continue;
        const response =
          route.method === 'POST' ? await stranger.post(pathOf(route)) : await stranger.get(pathOf(route));
        expect(response.status, `${route.method} ${route.url}`).toBe(route.method === 'POST' ? 401 : 303);
        if (route.method === 'GET')
          expect(response.headers.get('location')).toMatch(/^\/console\/sign-in\?next=/);
      }
    }
  });

  test('cannot use the cookie of the hosted page, nor its owner the console', async () => {
    const connect = createBrowser(service, 'countersign-connect=csl_0000');
    expect((await connect.get('/console')).status).toBe(303);
  });
});

describe('another site', () => {
  test('can send no form, whatever the browser says about where it comes from', async () => {
    const before = await readState();
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      {},
    ];
    for (const route of postRoutes()) {
      for (const headers of foreign) {
        const response = await fetch(new URL(pathOf(route), service.url), {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: browsers.admin.cookie ?? '', accept: 'text/html', ...headers },
          body: new URLSearchParams(),
        });
        expect(response.status, `${route.url} ${JSON.stringify(headers)}`).toBe(403);
      }
    }
    expect(await readState()).toBe(before);
  });

  test('cannot frame a page, and a page loads and sends nothing elsewhere', async () => {
    const { headers } = await browsers.admin.get('/console');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'nonce-[^']+'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

test('what fails is a page with the reason, the request ID and the way on', async () => {
  const request = async (
    path: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ) => {
    const { onboarding } = browsers;
    const response = await (form ? onboarding.post(path, form, headers) : onboarding.get(path, headers));
    return {
      status: response.status,
      requestId: response.headers.get('x-request-id'),
      text: await response.text(),
    };
  };
  const unknown = await request('/console/nothing');
  expect(unknown).toMatchObject({ status: 404, text: expect.stringContaining('This page does not exist') });
  const referer = `${service.url}${fleet.verified.page}`;
  const missing = newId('link');
  const failed = await request(
    `/console/tenants/${fleet.acme.id}/connect-links/${missing}/revocation`,
    {},
    { referer },
  );
  expect(failed.status).toBe(404);
  expect(failed.text).toContain(`href="${fleet.verified.page}">Back`);
  expect(failed.text).toContain(failed.requestId);
  const foreign = await request(
    `/console/tenants/${fleet.acme.id}/connect-links/${missing}/revocation`,
    {},
    { referer: 'https://evil.example/console' },
  );
  expect(foreign.text).not.toContain('evil.example');
  const conflict = await request(`/console/tenants/${fleet.acme.id}/rotation`, {});
  expect(conflict.status).toBe(409);
  expect(conflict.text).toContain('A rotation is already running.');
});

test('no form can set an external ID', async () => {
  const before = await readState();
  for (const field of ['externalId', 'external_id', 'sts:ExternalId']) {
    const response = await browsers.admin.post('/console/tenants', { name: 'x', [field]: 'mine' });
    expect(response.status).toBe(400);
  }
  expect(await readState()).toBe(before);
});

test('every change is in the audit log under the name of the person, and none under that of a key', async () => {
  const onboarding = browsers.onboarding;
  const created = await onboarding.post('/console/tenants', { name: 'Audited', reference: '' });
  expect(created.status).toBe(303);
  const [path = ''] = (created.headers.get('location') ?? '').split('?');
  await onboarding.post(`${path}/connect-links`, { expiresInSeconds: '3600' });
  await onboarding.post(`${path}/rotation`);
  await onboarding.post(`${path}/rotation/cancellation`);
  await onboarding.post(`${path}/suspension`);
  await browsers.admin.post(`${path}/offboarding`);
  const { body } = await service.admin.get(`/v1/audit-events?tenantId=${path.split('/').at(-1)}&limit=100`);
  const byAction = Object.fromEntries(
    body.data.map(({ action, actor }: { action: string; actor: object }) => [action, actor]),
  );
  const person = (name: string) => expect.objectContaining({ type: 'staff', name });
  expect(byAction).toMatchObject({
    'tenant.created': person('onboarding person'),
    'connect_link.created': person('onboarding person'),
    'rotation.started': person('onboarding person'),
    'rotation.cancelled': person('onboarding person'),
    'tenant.updated': person('onboarding person'),
    'tenant.offboarded': person('admin person'),
  });
  expect(body.data.map(({ actor }: { actor: { type: string } }) => actor.type)).not.toContain('api_key');
});

describe('a long list', () => {
  beforeAll(async () => {
    await service.queryAsOwner(`
      WITH tenant AS (
        INSERT INTO tenants (id, name, status, metadata, created_at, updated_at)
        SELECT 'tenant_' || lpad(n::text, 26, '0'), 'Customer ' || n, 'active', '{}', now(), now()
        FROM generate_series(1, 400) n RETURNING id),
      issued AS (INSERT INTO external_ids (tenant_id, state) SELECT id, 'current' FROM tenant)
      INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, status, status_since, created_at, updated_at, next_verification_at)
      SELECT replace(id, 'tenant', 'connection'), id, 'arn:aws:iam::777777777777:role/R' || right(id, 6), '777777777777',
        'aws', 'pending', now(), now(), now(), now() FROM tenant`);
  });

  test.each(['/console/tenants?status=active', '/console/connections?status=pending'])(
    'is read page by page to its end, with its filter: %s',
    async (start) => {
      const seen = new Set<string>();
      let pages = 0;
      for (let path: string | undefined = start; path !== undefined; pages++) {
        const page = await (await browsers.support.get(path)).text();
        for (const [, id] of page.matchAll(/href="\/console\/tenants\/(tenant_[^"/]+)"/g)) seen.add(id ?? '');
        path = /href="([^"]+)">Next page</.exec(page)?.[1]?.replaceAll('&amp;', '&');
        if (path !== undefined) expect(path).toContain(start.split('?')[1]);
      }
      expect(pages).toBeGreaterThan(8);
      expect(seen.size).toBeGreaterThanOrEqual(400);
    },
  );

  test('of connections is filtered by access profile and partition, and shows the filter', async () => {
    await createProfile(service, { name: 'reports' });
    await service.queryAsOwner(
      `UPDATE connections SET profile = 'reports' WHERE id = 'connection_' || lpad('7', 26, '0')`,
    );
    const list = async (query: string) =>
      (await browsers.support.get(`/console/connections?${query}`)).text();
    const countOf = (page: string) => page.match(/<code>R\d{6}<\/code>/g)?.length ?? 0;
    const ofProfile = await list('profile=reports&partition=');
    expect(countOf(ofProfile)).toBe(1);
    expect(ofProfile).toContain('value="reports"');
    expect(countOf(await list('profile=reports&partition=aws'))).toBe(1);
    expect(await list('profile=reports&partition=aws-cn')).toContain('No connection matches.');
  });
});
