import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import {
  exampleId,
  name,
  page,
  pageOf,
  readCursor,
  tenantId,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';
import { changeTenant } from './change.ts';
import { createTenant } from './create.ts';
import { getTenant } from './get.ts';
import { reference } from './reference.ts';
import { listTenants } from './store.ts';
import { toTenantBody } from './tenant.ts';

/** `z.json()` itself would add a recursive schema without a name to the OpenAPI document. */
const json = z
  .unknown()
  .refine((value): value is Json => z.json().safeParse(value).success, 'must be a JSON value');

const tenantMetadata = z
  .record(z.string().max(100, 'must have keys of at most 100 characters'), z.unknown())
  .meta({
    id: 'TenantMetadata',
    description:
      'Any data that the vendor stores with the tenant; Countersign does not use it. At most 16,384 characters of JSON.',
  });

/** Described like the metadata in responses, which need no checks. */
const metadata = tenantMetadata.pipe(
  z
    .record(z.string(), json)
    .refine((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16,384 characters of JSON'),
);

const tenantSchema = z
  .object({
    id: tenantId,
    name: z.string(),
    reference: z.string().nullable().meta({ description: "The vendor's own ID of this customer." }),
    metadata: tenantMetadata,
    status: z.enum(['active', 'suspended', 'offboarded']).meta({ id: 'TenantStatus' }),
    externalId: z.uuid().meta({ description: 'Issued by Countersign; it cannot be set or changed.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({
    id: 'Tenant',
    description: 'A customer of the vendor.',
    examples: [
      {
        id: exampleId('tenant'),
        name: 'Example Ltd',
        reference: 'customer-4711',
        metadata: { plan: 'enterprise' },
        status: 'active',
        externalId: '1f0c9b52-6d0e-4c0b-9a55-3c1b7a2e9d44',
        createdAt: '2026-11-26T12:00:00.000Z',
        updatedAt: '2026-11-26T12:00:00.000Z',
      },
    ],
  });

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
      description: 'Lists all tenants in the order of their creation, or the one with a reference.',
      tags,
      querystring: z.strictObject({ ...page, reference: reference.optional() }),
      response: { 200: pageOf(tenantSchema) },
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
