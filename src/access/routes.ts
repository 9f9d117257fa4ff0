import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import {
  exampleId,
  inputTimestamp,
  keyId,
  name,
  noContent,
  page,
  pageOf,
  profileName,
  readCursor,
  tenantId,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { createApiKey } from './create-key.ts';
import { createTenantToken } from './create-tenant-token.ts';
import { revokeKey } from './revoke-key.ts';
import { type ApiKeyRow, listApiKeys } from './store.ts';

const role = z
  .enum(['admin', 'onboarding', 'support', 'worker', 'tenant', 'auditor'])
  .meta({ id: 'ApiKeyRole', description: 'What the key may do.' });

/** How long a tenant's token is valid when the request names no time. */
const DEFAULT_TOKEN_SECONDS = 3600;

const EXAMPLE_KEY = {
  id: exampleId('key'),
  name: 'reports',
  role: 'worker',
  tenantId: null,
  tenantIds: [exampleId('tenant')],
  profiles: null,
  createdAt: '2026-11-26T12:00:00.000Z',
  expiresAt: '2027-11-26T12:00:00.000Z',
  revokedAt: null,
};

const apiKey = z
  .object({
    id: keyId,
    name: z.string(),
    role,
    tenantId: tenantId.nullable(),
    tenantIds: z
      .array(tenantId)
      .nullable()
      .meta({ description: 'Tenants that a worker is limited to; null: any.' }),
    profiles: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Profiles that a worker is limited to; null: any.' }),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({
    id: 'ApiKey',
    description: 'An API key, without the key itself.',
    examples: [EXAMPLE_KEY],
  });

const createdKey = apiKey
  .extend({
    key: z.string().meta({ description: 'The key itself. It is returned once and stored nowhere.' }),
  })
  .meta({
    id: 'CreatedApiKey',
    description: 'The API key. The key itself is returned only here.',
    examples: [{ ...EXAMPLE_KEY, key: `csk_${'0123456789abcdef'.repeat(4)}01234567` }],
  });

const createApiKeyRequest = z
  .strictObject({
    name,
    role,
    tenantId: tenantId
      .optional()
      .meta({ description: 'The tenant of a key of role `tenant`; no other role has one.' }),
    tenantIds: z
      .array(tenantId)
      .min(1, 'must name at least one tenant, or be omitted')
      .max(1000)
      .optional()
      .meta({ description: 'The tenants that a worker is limited to. Left out: any.' }),
    profiles: z
      .array(profileName)
      .min(1, 'must name at least one profile, or be omitted')
      .max(100)
      .optional()
      .meta({ description: 'The access profiles that a worker is limited to. Left out: any.' }),
    expiresAt: inputTimestamp.optional(),
  })
  .meta({
    id: 'CreateApiKeyRequest',
    examples: [
      {
        name: 'reports',
        role: 'worker',
        tenantIds: [exampleId('tenant')],
        expiresAt: '2027-11-26T12:00:00Z',
      },
    ],
  });

const createTenantTokenRequest = z
  .strictObject({
    expiresInSeconds: z
      .number()
      .int('must be a whole number')
      .min(300, 'must be 300 or more')
      .max(86_400, 'must be 86400 or less')
      .optional()
      .meta({ description: `For how long the token is valid. Default: ${DEFAULT_TOKEN_SECONDS}.` }),
  })
  .meta({ id: 'CreateTenantTokenRequest', examples: [{ expiresInSeconds: 3600 }] });

const tenantToken = z
  .object({
    token: z.string().meta({ description: 'An API key of role `tenant`. It is returned only here.' }),
    expiresAt: timestamp,
  })
  .meta({
    id: 'TenantToken',
    description: 'The token.',
    examples: [
      { token: `csk_${'0123456789abcdef'.repeat(4)}01234567`, expiresAt: '2026-11-26T13:00:00.000Z' },
    ],
  });

function toBody(row: ApiKeyRow) {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    tenantId: row.tenantId,
    tenantIds: row.role === 'worker' && !row.anyTenant ? row.tenantIds : null,
    profiles: row.role === 'worker' && !row.anyProfile ? row.profiles : null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

export function accessRoutes(app: App, deps: Deps): void {
  createApiKeyRoute(app, deps);
  listApiKeysRoute(app, deps);
  revokeApiKeyRoute(app, deps);
  createTenantTokenRoute(app, deps);
}

function createApiKeyRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/api-keys',
    config: { access: 'api-keys:manage' },
    schema: {
      operationId: 'createApiKey',
      summary: 'Create an API key',
      description: 'The key itself is returned once and stored nowhere.',
      tags: ['API keys'],
      body: createApiKeyRequest,
      response: { 201: createdKey },
      problems: ['not_found'],
    },
    handler: async (request, reply) => {
      const { name, role, tenantId, tenantIds, profiles, expiresAt } = request.body;
      const created = await idempotent(deps, request, async (deps) => {
        const { row, key } = await createApiKey(deps, {
          actor: actorOf(principalOf(request)),
          name,
          role,
          tenantId: tenantId ?? null,
          tenantIds: tenantIds ?? null,
          profiles: profiles ?? null,
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        });
        return { ...toBody(row), key };
      });
      return reply.code(201).send(created);
    },
  });
}

function listApiKeysRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/api-keys',
    config: { access: 'api-keys:manage' },
    schema: {
      operationId: 'listApiKeys',
      summary: 'List API keys',
      description: 'Without the keys themselves, in the order of their creation.',
      tags: ['API keys'],
      querystring: z.strictObject(page),
      response: { 200: pageOf(apiKey) },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      return toPage(await listApiKeys(deps.database, readCursor(cursor, 'key'), limit), limit, toBody);
    },
  });
}

function revokeApiKeyRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/api-keys/:keyId',
    config: { access: 'api-keys:manage' },
    schema: {
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key',
      description: 'It is rejected from the next request on, on every replica.',
      tags: ['API keys'],
      params: z.object({ keyId }),
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      await revokeKey(deps, { actor: actorOf(principalOf(request)), keyId: request.params.keyId });
      return reply.code(204).send(null);
    },
  });
}

function createTenantTokenRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/tokens',
    config: { access: 'tenants:manage' },
    schema: {
      operationId: 'createTenantToken',
      summary: "Create a short-lived key for a tenant's own calls",
      description: 'For a page of the vendor that calls this API with the rights of one tenant.',
      tags: ['API keys'],
      params: z.object({ tenantId }),
      body: createTenantTokenRequest.nullish(),
      response: { 201: tenantToken },
      problems: ['tenant_not_active'],
    },
    handler: async (request, reply) => {
      const created = await idempotent(deps, request, async (deps) => {
        const { token, expiresAt } = await createTenantToken(deps, {
          actor: actorOf(principalOf(request)),
          tenantId: request.params.tenantId,
          expiresInSeconds: request.body?.expiresInSeconds ?? DEFAULT_TOKEN_SECONDS,
        });
        return { token, expiresAt: expiresAt.toISOString() };
      });
      return reply.code(201).send(created);
    },
  });
}
