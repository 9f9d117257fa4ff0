import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { name, noBody, page, readCursor, tenantId, toPage } from '../../http/schemas.ts';
import { offboardTenant } from '../../offboarding/offboard.ts';
import { sendPage } from '../../pages/page-security.ts';
import { changeTenant } from '../../tenants/change.ts';
import { createTenant } from '../../tenants/create.ts';
import { reference } from '../../tenants/reference.ts';
import { tenantStatus } from '../../tenants/schema.ts';
import { listTenants } from '../../tenants/store.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { countConnectionsOfTenants } from '../store.ts';
import { formToken, submitOnce } from '../submit-once.ts';
import { newTenantPage, tenantsPage } from '../views/tenants.ts';

const PAGE_SIZE = 50;
const params = z.object({ tenantId });

/** The list of tenants, and what changes a tenant as a whole. */
export function tenantsRoutes(app: App, deps: Deps): void {
  listTenantsRoute(app, deps);
  showNewTenantRoute(app, deps);
  createTenantRoute(app, deps);
  changeStatusRoute(app, deps, { url: 'suspension', status: 'suspended', done: 'suspended' });
  changeStatusRoute(app, deps, { url: 'resumption', status: 'active', done: 'resumed' });
  offboardTenantRoute(app, deps);
}

function listTenantsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/tenants',
    config: { access: 'tenants:list' },
    schema: {
      hide: true,
      querystring: z.object({
        status: optional(tenantStatus),
        reference: optional(reference),
        cursor: page.cursor,
      }),
    },
    handler: async (request, reply) => {
      const { status, reference, cursor } = request.query;
      const after = readCursor(cursor, 'tenant');
      const rows = await listTenants(deps.database, { after, limit: PAGE_SIZE, reference, status });
      const { data: tenants, nextCursor } = toPage(rows, PAGE_SIZE, (tenant) => tenant);
      const connections = await countConnectionsOfTenants(
        deps.database,
        tenants.map(({ id }) => id),
      );
      const view = { tenants, connections, nextCursor, filter: { status, reference } };
      return sendPage(reply, 200, tenantsPage(getConsoleContext(deps, request), view));
    },
  });
}

function showNewTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/tenants/new',
    config: { access: 'tenants:manage' },
    schema: { hide: true },
    handler: async (request, reply) =>
      sendPage(reply, 200, newTenantPage(getConsoleContext(deps, request), { rejected: null })),
  });
}

function createTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/tenants',
    config: { access: 'tenants:manage' },
    schema: { hide: true, body: z.strictObject({ formToken, name, reference: optional(reference) }) },
    handler: async (request, reply) => {
      const { name, reference } = request.body;
      const { actor } = staffOf(request);
      try {
        const input = { actor, name, reference: reference ?? null, metadata: {} };
        const { id } = await submitOnce(deps, request, async (deps) => {
          const { id } = await createTenant(deps, input);
          return { id };
        });
        return reply.redirect(`${consolePathOf(deps.baseUrl())}/tenants/${id}?done=created`, 303);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
        const rejected = { name, reference: reference ?? '', message: 'Another tenant has this reference.' };
        return sendPage(reply, 409, newTenantPage(getConsoleContext(deps, request), { rejected }));
      }
    },
  });
}

function changeStatusRoute(
  app: App,
  deps: Deps,
  { url, status, done }: { url: string; status: 'active' | 'suspended'; done: string },
): void {
  app.route({
    method: 'POST',
    url: `/tenants/:tenantId/${url}`,
    config: { access: 'tenants:manage' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      await changeTenant(deps, { actor: staffOf(request).actor, tenantId, changes: { status } });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/tenants/${tenantId}?done=${done}`, 303);
    },
  });
}

function offboardTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/tenants/:tenantId/offboarding',
    config: { access: 'tenants:offboard' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      await offboardTenant(deps, { actor: staffOf(request).actor, tenantId });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/tenants/${tenantId}?done=offboarded`, 303);
    },
  });
}
