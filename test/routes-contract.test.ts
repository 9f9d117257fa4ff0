import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIONS, type Permission } from '../src/identity/permissions.ts';
import type { Role } from '../src/identity/principal.ts';
import { newId } from '../src/lib/ids.ts';
import type { Caller } from './harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  startTestService,
  type TestService,
} from './harness/service.ts';

/** Public by decision; everything else needs a key. */
const PUBLIC = ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs'];
const ROLES: Role[] = ['admin', 'onboarding', 'worker', 'tenant', 'auditor'];

let service: TestService;
let routes: RouteOptions[];
let callers: Record<Role, Caller>;
let own: Record<string, string>;
let foreign: Record<string, string>;
let missing: Record<string, string>;

beforeAll(async () => {
  service = await startTestService();
  routes = service.service.routes;
  const mine = await createConnectedTenant(service);
  const theirs = await createConnectedTenant(service);
  const key = async (role: Role, more: object = {}) => (await createKey(service, { role, ...more })).caller;
  callers = {
    admin: service.admin,
    onboarding: await key('onboarding'),
    worker: await key('worker', { tenantIds: [mine.tenant.id] }),
    tenant: await key('tenant', { tenantId: mine.tenant.id }),
    auditor: await key('auditor'),
  };
  const ids = (at: typeof mine) => ({ tenantId: at.tenant.id, connectionId: at.connection.id });
  own = { ...ids(mine), artifact: 'trust-policy.json' };
  foreign = { ...ids(theirs), artifact: 'trust-policy.json' };
  missing = { tenantId: newId('tenant'), connectionId: newId('connection'), artifact: 'trust-policy.json' };
});
afterAll(() => service.close());

/** A valid body where a route takes one, so that what it answers is about the thing and not about the input. */
const BODIES: Record<string, object> = {
  'POST /v1/tenants/:tenantId/connections': { roleArn: 'arn:aws:iam::111111111111:role/Any' },
  'POST /v1/tenants/:tenantId/connections/batch': { accountIds: ['111111111111'] },
  'POST /v1/tenants/:tenantId/trust-policy-checks': { policy: {} },
  'PATCH /v1/tenants/:tenantId/connections/:connectionId': { name: 'renamed' },
};

function methodsOf(route: RouteOptions): string[] {
  return [route.method].flat();
}

function pathOf(route: RouteOptions, ids: Record<string, string>): string {
  return route.url.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? newId(name.replace(/Id$/, '')));
}

function send(caller: Caller, method: string, path: string, body?: object) {
  switch (method) {
    case 'GET':
      return caller.get(path);
    case 'DELETE':
      return caller.delete(path);
    case 'PATCH':
      return caller.patch(path, body ?? {});
    default:
      return caller.post(path, body);
  }
}

const apiRoutes = () => routes.filter((route) => route.url.startsWith('/v1/'));
const isPublic = (url: string) => PUBLIC.some((known) => url === known || url.startsWith(`${known}/`));

describe('every route', () => {
  test('is of the API with a permission, or public by decision', () => {
    expect(apiRoutes().length).toBeGreaterThan(20);
    for (const route of routes) {
      if (isPublic(route.url)) continue;
      // The hosted page has a guard and a walk of its own: src/connect-page/page-contract.test.ts.
      if (route.url === '/connect' || route.url.startsWith('/connect/')) {
        expect(['connect-session', 'connect-public'], route.url).toContain(route.config?.access);
        continue;
      }
      expect(route.url, 'a route outside /v1').toMatch(/^\/v1\//);
      expect(Object.keys(PERMISSIONS), `${route.method} ${route.url}`).toContain(route.config?.access);
    }
  });

  test('has schemas for what it takes and what it answers, and stands in the OpenAPI document', async () => {
    const { body: document } = await service.admin.get('/openapi.json');
    for (const route of apiRoutes()) {
      const schema = route.schema as Record<string, unknown> | undefined;
      const named = `${route.method} ${route.url}`;
      expect(schema?.response, named).toBeDefined();
      if (route.url.includes(':')) expect(schema?.params, named).toBeDefined();
      for (const method of methodsOf(route)) {
        if (method === 'POST' || method === 'PATCH') expect(schema?.body, named).toBeDefined();
        const path = route.url.replace(/:(\w+)/g, '{$1}');
        const operation = document.paths[path]?.[method.toLowerCase()];
        expect(operation, `${named} in OpenAPI`).toBeDefined();
        expect(operation.summary, named).toBeTruthy();
        expect(
          Object.keys(operation.responses).some((status) => status.startsWith('2')),
          named,
        ).toBe(true);
      }
    }
  });

  test('answers 401 as a problem without a key, with garbage and with a well-formed unknown key', async () => {
    const strangers = [
      service.as(null),
      service.as('garbage'),
      service.as(`csk_${'0'.repeat(64)}00000000`),
      service.as((await import('../src/access/api-key.ts')).newApiKey()),
    ];
    for (const route of apiRoutes()) {
      for (const method of methodsOf(route)) {
        for (const stranger of strangers) {
          const answer = await send(stranger, method, pathOf(route, own));
          expect(answer.status, `${method} ${route.url}`).toBe(401);
          expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
          expect(answer.body).toMatchObject({
            status: 401,
            code: 'unauthorized',
            requestId: expect.any(String),
          });
        }
      }
    }
  });

  test('answers 403 to exactly the roles that the permission table leaves out', async () => {
    for (const route of apiRoutes()) {
      const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
      for (const method of methodsOf(route)) {
        for (const role of ROLES.filter((role) => !allowed.includes(role))) {
          const answer = await send(callers[role], method, pathOf(route, missing));
          expect(answer.status, `${role}: ${method} ${route.url}`).toBe(403);
          expect(answer.body.code).toBe('forbidden');
        }
        for (const role of allowed) {
          const answer = await send(callers[role], method, pathOf(route, missing));
          expect(answer.status, `${role}: ${method} ${route.url}`).not.toBe(403);
          expect(answer.status, `${role}: ${method} ${route.url}`).not.toBe(401);
        }
      }
    }
  });

  test("answers another tenant's thing exactly like one that is not there", async () => {
    const bounded: Role[] = ['tenant', 'worker'];
    for (const route of apiRoutes().filter((route) => route.url.includes(':tenantId'))) {
      const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
      for (const role of bounded.filter((role) => allowed.includes(role))) {
        for (const method of methodsOf(route)) {
          const body = BODIES[`${method} ${route.url}`];
          const theirs = await send(callers[role], method, pathOf(route, foreign), body);
          const none = await send(callers[role], method, pathOf(route, missing), body);
          const named = `${role}: ${method} ${route.url}`;
          expect(theirs.status, named).toBe(404);
          expect(none.status, named).toBe(theirs.status);
          const { requestId: _1, ...theirBody } = theirs.body;
          const { requestId: _2, ...noBody } = none.body;
          expect(theirBody, named).toEqual(noBody);
          const crossed = { ...own, connectionId: foreign.connectionId as string };
          const mixed = await send(callers[role], method, pathOf(route, crossed), body);
          if (route.url.includes(':connectionId')) expect(mixed.status, named).toBe(theirs.status);
        }
      }
    }
  });

  test('refuses a key of an offboarded tenant', async () => {
    const tenant = await createTenant(service);
    const { body } = await service.admin.post(`${tenant.path}/tokens`, {});
    const caller = service.as(body.token);
    expect((await caller.get(tenant.path)).status).toBe(200);
    await service.admin.delete(tenant.path);
    expect((await caller.get(tenant.path)).status).toBe(401);
  });
});

test('a route that does not say who may call it cannot be registered', async () => {
  const { default: Fastify } = await import('fastify');
  const { registerGuard } = await import('../src/access/guard.ts');
  const app = Fastify();
  registerGuard(app.withTypeProvider(), service.deps);
  expect(() => app.get('/v1/forgotten', async () => 'open')).toThrow(/does not say who may call it/);
});
