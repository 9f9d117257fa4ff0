import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { once } from '../http/idempotency.ts';
import { name, page, pageOf, problems, readCursor, tenantId, timestamp, toPage } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { createTenant } from './create.ts';
import { getTenant } from './get.ts';
import { listTenants } from './store.ts';
import { toTenantBody } from './tenant.ts';
import { changeTenant } from './update.ts';

const reference = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .meta({ description: "The vendor's own ID of this customer; no two tenants have the same." });

/** Checked by `z.json()`, whose own description in OpenAPI would refer to a schema without a name. */
const json = z.any().refine((value) => z.json().safeParse(value).success, 'must be a JSON value');

const metadata = z
  .record(z.string().max(100, 'must have keys of at most 100 characters'), json)
  .refine((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16,384 characters of JSON')
  .meta({ description: 'Anything the vendor wants to keep with the tenant; never interpreted.' });

const tenant = z
  .object({
    id: tenantId,
    name: z.string(),
    reference: z.string().nullable(),
    metadata: z.record(z.string(), z.any()),
    status: z.enum(['active', 'suspended', 'offboarded']),
    externalId: z.uuid().meta({ description: 'Issued by Countersign; cannot be set or changed.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Tenant' });

const params = z.object({ tenantId });

export function tenantRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Create a tenant; its external ID is issued with it',
      tags: ['Tenants'],
      body: z.strictObject({ name, reference: reference.nullish(), metadata: metadata.optional() }),
      response: { 201: tenant, ...problems },
    },
    handler: async (request, reply) => {
      const { name, reference, metadata } = request.body;
      const actor = actorOf(principalOf(request));
      const created = await once(deps, request, async (deps) =>
        toTenantBody(
          await createTenant(deps, { actor, name, reference: reference ?? null, metadata: metadata ?? {} }),
        ),
      );
      return reply.code(201).send(created);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'List tenants',
      tags: ['Tenants'],
      querystring: z.strictObject({ ...page, reference: reference.optional() }),
      response: { 200: pageOf(tenant), ...problems },
    },
    handler: async (request) => {
      const { limit, cursor, reference } = request.query;
      const rows = await listTenants(deps.database, {
        after: readCursor(cursor, 'tenant'),
        limit,
        reference,
      });
      return toPage(rows, limit, toTenantBody);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read a tenant',
      tags: ['Tenants'],
      params,
      querystring: z.strictObject({}),
      response: { 200: tenant, ...problems },
    },
    handler: async (request) =>
      toTenantBody(
        await getTenant(deps, { principal: principalOf(request), tenantId: request.params.tenantId }),
      ),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/tenants/:tenantId',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Change, suspend or reactivate a tenant',
      tags: ['Tenants'],
      params,
      body: z
        .strictObject({
          name: name.optional(),
          reference: reference.nullable().optional(),
          metadata: metadata.optional(),
          status: z.enum(['active', 'suspended']).optional(),
        })
        .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
      response: { 200: tenant, ...problems },
    },
    handler: async (request) => {
      const actor = actorOf(principalOf(request));
      const changed = await changeTenant(deps, {
        actor,
        tenantId: request.params.tenantId,
        changes: request.body,
      });
      return toTenantBody(changed);
    },
  });
}
