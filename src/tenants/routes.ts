import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { name, page, pageOf, readCursor, tenantId, toPage } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';
import { changeTenant } from './change.ts';
import { createTenant } from './create.ts';
import { getTenant } from './get.ts';
import { reference } from './reference.ts';
import { tenantMetadata, tenantSchema, tenantStatus } from './schema.ts';
import { listTenants } from './store.ts';
import { toTenantBody } from './tenant.ts';

/** `z.json()` itself would add a recursive schema without a name to the OpenAPI document. */
const json = z
  .unknown()
  .refine((value): value is Json => z.json().safeParse(value).success, 'must be a JSON value');

/** Described like the metadata in responses, which need no checks. */
const metadata = tenantMetadata.pipe(
  z
    .record(z.string(), json)
    .refine((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16,384 characters of JSON'),
);

const createTenantRequest = z
  .strictObject({ name, reference: reference.nullish(), metadata: metadata.optional() })
  .meta({
    id: 'CreateTenantRequest',
    examples: [{ name: 'Example Ltd', reference: 'customer-4711', metadata: { plan: 'enterprise' } }],
  });

const updateTenantRequest = z
  .strictObject({
    name: name.optional(),
    reference: reference.nullable().optional(),
    metadata: metadata.optional(),
    status: z
      .enum(['active', 'suspended'])
      .optional()
      .meta({ description: 'A suspended tenant gets no credentials.' }),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property')
  .meta({ id: 'UpdateTenantRequest', minProperties: 1, examples: [{ status: 'suspended' }] });

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
      operationId: 'createTenant',
      summary: 'Create a tenant and issue its external ID',
      description: 'The service generates the external ID. No request can set or influence it.',
      tags,
      body: createTenantRequest,
      response: { 201: tenantSchema },
      problems: ['conflict'],
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
    config: { access: 'tenants:list' },
    schema: {
      operationId: 'listTenants',
      summary: 'List tenants',
      description: 'In the order of their creation: all, those with a status, or the one with a reference.',
      tags,
      querystring: z.strictObject({
        ...page,
        reference: reference.optional(),
        status: tenantStatus.optional().meta({ description: 'Only tenants with this status.' }),
      }),
      response: { 200: pageOf(tenantSchema) },
    },
    handler: async (request) => {
      const { limit, cursor, reference, status } = request.query;
      const rows = await listTenants(deps.database, {
        after: readCursor(cursor, 'tenant'),
        limit,
        reference,
        status,
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
      operationId: 'getTenant',
      summary: 'Get a tenant',
      description: 'An offboarded tenant can still be read.',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: tenantSchema },
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
      operationId: 'updateTenant',
      summary: 'Update, suspend or reactivate a tenant',
      description:
        'Members that are left out stay as they are. `metadata` is replaced as a whole. A suspension holds from the next request on.',
      tags,
      params,
      body: updateTenantRequest,
      response: { 200: tenantSchema },
      problems: ['conflict', 'tenant_not_active'],
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
