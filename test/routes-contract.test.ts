import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
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

/** Routes that need no key. */
const PUBLIC = ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs', '/errors'];
const ROLES: Role[] = ['admin', 'onboarding', 'support', 'worker', 'tenant', 'auditor'];

let service: TestService;
let routes: RouteOptions[];
let callers: Record<Role, Caller>;
let own: Record<string, string>;
let foreign: Record<string, string>;
let missing: Record<string, string>;

beforeAll(async () => {
  service = await startTestService();
  routes = service.service.routes;
  const ownSetup = await createConnectedTenant(service);
  const foreignSetup = await createConnectedTenant(service);
  const callerWith = async (role: Role, limits: object = {}) =>
    (await createKey(service, { role, ...limits })).caller;
  callers = {
    admin: service.admin,
    onboarding: await callerWith('onboarding'),
    support: await callerWith('support'),
    worker: await callerWith('worker', { tenantIds: [ownSetup.tenant.id] }),
    tenant: await callerWith('tenant', { tenantId: ownSetup.tenant.id }),
    auditor: await callerWith('auditor'),
  };
  const idsOf = ({ tenant, connection }: typeof ownSetup) => ({
    tenantId: tenant.id,
    connectionId: connection.id,
  });
  own = idsOf(ownSetup);
  foreign = idsOf(foreignSetup);
  missing = { tenantId: newId('tenant'), connectionId: newId('connection') };
});
afterAll(() => service.close());

/** Valid bodies for routes that validate the body first, so that the response depends only on the resource. */
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

/** Types of Zod whose output differs from their input. */
const TRANSFORMS = /^(transform|pipe|default|prefault|catch|codec)$/;

/** The types of all schemas within a schema. */
function typesOf(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof z.ZodType) {
    const { shape, ...def } = value.def as { type: string; shape?: object };
    return [def.type, ...typesOf({ ...def, ...shape }, seen)];
  }
  return Object.values(value).flatMap((member) => typesOf(member, seen));
}

const apiRoutes = () => routes.filter((route) => route.url.startsWith('/v1/'));
const isPublic = (url: string) => PUBLIC.some((path) => url === path || url.startsWith(`${path}/`));

describe('every route', () => {
  test('is an API route with a permission, or a listed public route', () => {
    expect(apiRoutes().length).toBeGreaterThan(20);
    for (const route of routes) {
      if (isPublic(route.url)) continue;
      // The hosted page has its own guard and contract test: src/connect-page/page-contract.test.ts.
      if (route.url === '/connect' || route.url.startsWith('/connect/')) {
        expect(['connect-session', 'connect-public'], route.url).toContain(route.config?.access);
        continue;
      }
      // The console too: src/console/console-contract.test.ts.
      if (route.url === '/console' || route.url.startsWith('/console/')) {
        expect(['console-session', 'console-public', ...Object.keys(PERMISSIONS)], route.url).toContain(
          route.config?.access,
        );
        continue;
      }
      expect(route.url, 'a route outside /v1').toMatch(/^\/v1\//);
      expect(Object.keys(PERMISSIONS), `${route.method} ${route.url}`).toContain(route.config?.access);
    }
  });

  test('has schemas for requests and responses, and is in the OpenAPI document', async () => {
    const { body: document } = await service.admin.get('/openapi.json');
    for (const route of apiRoutes()) {
      const schema = route.schema as Record<string, unknown> | undefined;
      const label = `${route.method} ${route.url}`;
      expect(schema?.response, label).toBeDefined();
      if (route.url.includes(':')) expect(schema?.params, label).toBeDefined();
      for (const method of methodsOf(route)) {
        if (method === 'POST' || method === 'PATCH') expect(schema?.body, label).toBeDefined();
        const path = route.url.replace(/:(\w+)/g, '{$1}');
        const operation = document.paths[path]?.[method.toLowerCase()];
        expect(operation, `${label} in OpenAPI`).toBeDefined();
        expect(operation.operationId, label).toBeTruthy();
        expect(operation.summary, label).toBeTruthy();
        expect(
          Object.keys(operation.responses).some((status) => status.startsWith('2')),
          label,
        ).toBe(true);
      }
    }
  });

  test('has response schemas that transform nothing, which is what `serializerCompiler` relies on', () => {
    for (const { schema, url } of apiRoutes())
      for (const response of Object.values((schema?.response ?? {}) as Record<string, unknown>))
        expect(typesOf(response), url).not.toEqual(
          expect.arrayContaining([expect.stringMatching(TRANSFORMS)]),
        );
  });

  test('responds 401 with a problem without a key, and with a malformed or unknown key', async () => {
    const unauthenticated = [
      service.as(null),
      service.as('garbage'),
      service.as(`csk_${'0'.repeat(64)}00000000`),
      service.as((await import('../src/access/api-key.ts')).newApiKey()),
    ];
    for (const route of apiRoutes()) {
      for (const method of methodsOf(route)) {
        for (const caller of unauthenticated) {
          const response = await send(caller, method, pathOf(route, own));
          expect(response.status, `${method} ${route.url}`).toBe(401);
          expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
          expect(response.body).toMatchObject({
            status: 401,
            code: 'unauthorized',
            requestId: expect.any(String),
          });
        }
      }
    }
  });

  test('responds 403 to exactly the roles that do not have its permission', async () => {
    for (const route of apiRoutes()) {
      const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
      for (const method of methodsOf(route)) {
        for (const role of ROLES.filter((role) => !allowed.includes(role))) {
          const response = await send(callers[role], method, pathOf(route, missing));
          expect(response.status, `${role}: ${method} ${route.url}`).toBe(403);
          expect(response.body.code).toBe('forbidden');
        }
        for (const role of allowed) {
          const response = await send(callers[role], method, pathOf(route, missing));
          expect(response.status, `${role}: ${method} ${route.url}`).not.toBe(403);
          expect(response.status, `${role}: ${method} ${route.url}`).not.toBe(401);
        }
      }
    }
  });

  test("responds for another tenant's resource exactly as for a missing one", async () => {
    const tenantLimitedRoles: Role[] = ['tenant', 'worker'];
    for (const route of apiRoutes().filter((route) => route.url.includes(':tenantId'))) {
      const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
      for (const role of tenantLimitedRoles.filter((role) => allowed.includes(role))) {
        for (const method of methodsOf(route)) {
          const body = BODIES[`${method} ${route.url}`];
          const foreignResponse = await send(callers[role], method, pathOf(route, foreign), body);
          const missingResponse = await send(callers[role], method, pathOf(route, missing), body);
          const label = `${role}: ${method} ${route.url}`;
          expect(foreignResponse.status, label).toBe(404);
          expect(missingResponse.status, label).toBe(foreignResponse.status);
          const { requestId: _1, ...foreignBody } = foreignResponse.body;
          const { requestId: _2, ...missingBody } = missingResponse.body;
          expect(foreignBody, label).toEqual(missingBody);
          const mismatchedIds = { ...own, connectionId: foreign.connectionId as string };
          const mismatched = await send(callers[role], method, pathOf(route, mismatchedIds), body);
          if (route.url.includes(':connectionId'))
            expect(mismatched.status, label).toBe(foreignResponse.status);
        }
      }
    }
  });

  test('rejects a key of an offboarded tenant', async () => {
    const tenant = await createTenant(service);
    const { body } = await service.admin.post(`${tenant.path}/tokens`, {});
    const caller = service.as(body.token);
    expect((await caller.get(tenant.path)).status).toBe(200);
    await service.admin.delete(tenant.path);
    expect((await caller.get(tenant.path)).status).toBe(401);
  });
});

test('a route without a permission cannot be registered', async () => {
  const { default: Fastify } = await import('fastify');
  const { registerGuard } = await import('../src/access/guard.ts');
  const app = Fastify();
  registerGuard(app.withTypeProvider(), service.deps);
  expect(() => app.get('/v1/forgotten', async () => 'open')).toThrow(/declares no access/);
});
