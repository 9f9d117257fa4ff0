import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { name, page, pageOf, problems, readCursor, tenantId, timestamp, toPage } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';
import { changeTenant } from './change.ts';
import { createTenant } from './create.ts';
import { getTenant } from './get.ts';
import { listTenants } from './store.ts';
import { toTenantBody } from './tenant.ts';

const reference = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .meta({ description: "The vendor's own ID of this customer, unique among all tenants." });

/** `z.json()` itself would add a recursive schema without a name to the OpenAPI document. */
const json = z
  .unknown()
  .refine((value): value is Json => z.json().safeParse(value).success, 'must be a JSON value');

const metadata = z
  .record(z.string().max(100, 'must have keys of at most 100 characters'), json)
  .refine((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16,384 characters of JSON')
  .meta({ description: 'Any data that the vendor stores with the tenant; Countersign does not use it.' });

const tenantSchema = z
  .object({
    id: tenantId,
    name: z.string(),
    reference: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    status: z.enum(['active', 'suspended', 'offboarded']),
    externalId: z.uuid().meta({ description: 'Issued by Countersign; it cannot be set or changed.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Tenant' });

const params = z.object({ tenantId });
const tags = ['Tenants'];

export function tenantRoutes(app: App, deps: Deps): void {
  createTenantRoute(app, deps);
  listTenantsRoute(app, deps);
  getTenantRoute(app, deps);
  updateTenantRoute(app, deps);
}

function createTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Create a tenant and issue its external ID',
      tags,
      body: z.strictObject({ name, reference: reference.nullish(), metadata: metadata.optional() }),
      response: { 201: tenantSchema, ...problems },
    },
    handler: async (request, reply) => {
      const { name, reference, metadata } = request.body;
      const actor = actorOf(principalOf(request));
      const created = await idempotent(deps, request, async (deps) =>
        toTenantBody(
          await createTenant(deps, { actor, name, reference: reference ?? null, metadata: metadata ?? {} }),
        ),
      );
      return reply.code(201).send(created);
    },
  });
}

function listTenantsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'List tenants',
      tags,
      querystring: z.strictObject({ ...page, reference: reference.optional() }),
      response: { 200: pageOf(tenantSchema), ...problems },
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
}

function getTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Get a tenant',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: tenantSchema, ...problems },
    },
    handler: async (request) =>
      toTenantBody(
        await getTenant(deps, { principal: principalOf(request), tenantId: request.params.tenantId }),
      ),
  });
}

function updateTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'PATCH',
    url: '/v1/tenants/:tenantId',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Update, suspend or reactivate a tenant',
      tags,
      params,
      body: z
        .strictObject({
          name: name.optional(),
          reference: reference.nullable().optional(),
          metadata: metadata.optional(),
          status: z.enum(['active', 'suspended']).optional(),
        })
        .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property'),
      response: { 200: tenantSchema, ...problems },
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
