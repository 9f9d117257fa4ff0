import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  connectionId,
  noContent,
  page,
  pageOf,
  problemCode,
  readCursor,
  tenantId,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { findTenant } from '../tenants/store.ts';
import { changeConnection } from './change.ts';
import { toConnectionBody } from './connection.ts';
import { connectionSchema, EXAMPLE_CONNECTION } from './connection-schema.ts';
import { getConnection } from './get.ts';
import { registerConnection } from './register.ts';
import { registerAccounts } from './register-accounts.ts';
import { removeConnection } from './remove.ts';
import {
  registerAccountsRequest,
  registerConnectionRequest,
  updateConnectionRequest,
} from './request-schemas.ts';
import { listConnections } from './store.ts';

const accountOutcomeSchema = z
  .object({
    accountId: z.string().meta({ description: 'As it was sent.' }),
    outcome: z.enum(['registered', 'already_registered', 'refused']),
    connection: connectionSchema.optional().meta({ description: 'Left out if the account was refused.' }),
    error: z
      .object({ code: problemCode, detail: z.string() })
      .meta({ id: 'AccountError' })
      .optional()
      .meta({ description: 'Why the account was refused.' }),
  })
  .meta({ id: 'AccountOutcome' });

const accountOutcomesSchema = z.object({ data: z.array(accountOutcomeSchema) }).meta({
  id: 'AccountOutcomes',
  description: 'The outcome of each account, in the order of the request.',
  examples: [
    {
      data: [
        { accountId: '111122223333', outcome: 'registered', connection: EXAMPLE_CONNECTION },
        {
          accountId: '444455556666',
          outcome: 'refused',
          error: { code: 'role_not_allowed', detail: 'This role is in an AWS account of Example.' },
        },
      ],
    },
  ],
});

const tenantParams = z.object({ tenantId });
const connectionParams = z.object({ tenantId, connectionId });
const tags = ['Connections'];

export function connectionRoutes(app: App, deps: Deps): void {
  registerConnectionRoute(app, deps);
  registerAccountsRoute(app, deps);
  listConnectionsRoute(app, deps);
  getConnectionRoute(app, deps);
  updateConnectionRoute(app, deps);
  deleteConnectionRoute(app, deps);
}

function registerConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections',
    config: { access: 'connections:manage' },
    schema: {
      operationId: 'registerConnection',
      summary: "Register a customer's role",
      description: 'The connection is pending until it is verified. Registering a role calls nothing of AWS.',
      tags,
      params: tenantParams,
      body: registerConnectionRequest,
      response: { 201: connectionSchema },
      problems: ['conflict', 'tenant_not_active', 'role_not_allowed'],
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { roleArn, name, profile } = request.body;
      const { tenantId } = request.params;
      const registered = await idempotent(deps, request, async (deps) =>
        toConnectionBody(
          await registerConnection(deps, {
            principal,
            actor: actorOf(principal),
            tenantId,
            roleArn,
            name: name ?? null,
            profile: profile ?? null,
          }),
        ),
      );
      return reply.code(201).send(registered);
    },
  });
}

function registerAccountsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/batch',
    config: { access: 'connections:manage' },
    schema: {
      operationId: 'registerAccounts',
      summary: "Register the setup kit's role in many accounts",
      description:
        'Each account has its own outcome, in the order of the list. Accounts that are already registered are reported as already_registered, so the same list can be sent again. The connections are pending until they are verified.',
      tags,
      params: tenantParams,
      body: registerAccountsRequest,
      response: { 200: accountOutcomesSchema },
      problems: ['conflict', 'tenant_not_active'],
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { accountIds, partition, roleName, rolePath, name, profile } = request.body;
      const data = await idempotent(deps, request, async (deps) => {
        const outcomes = await registerAccounts(deps, {
          principal,
          actor: actorOf(principal),
          tenantId: request.params.tenantId,
          accountIds,
          partition: partition ?? null,
          roleName: roleName ?? null,
          rolePath: rolePath ?? null,
          name: name ?? null,
          profile: profile ?? null,
        });
        return outcomes.map(({ connection, ...outcome }) => ({
          ...outcome,
          ...(connection && { connection: toConnectionBody(connection) }),
        }));
      });
      return { data };
    },
  });
}

function listConnectionsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections',
    config: { access: 'tenants:read' },
    schema: {
      operationId: 'listConnections',
      summary: 'List the connections of a tenant',
      description: 'Lists them in the order of their registration.',
      tags,
      params: tenantParams,
      querystring: z.strictObject(page),
      response: { 200: pageOf(connectionSchema) },
    },
    handler: async (request) => {
      const { tenantId } = request.params;
      const { limit, cursor } = request.query;
      assertTenantAccess(principalOf(request), tenantId);
      if (!(await findTenant(deps.database, tenantId))) throw notFound();
      const after = readCursor(cursor, 'connection');
      const rows = await listConnections(deps.database, { tenantId, after, limit });
      return toPage(rows, limit, toConnectionBody);
    },
  });
}

function getConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'tenants:read' },
    schema: {
      operationId: 'getConnection',
      summary: 'Get a connection',
      description: 'With its status and its last verification.',
      tags,
      params: connectionParams,
      querystring: z.strictObject({}),
      response: { 200: connectionSchema },
    },
    handler: async (request) =>
      toConnectionBody(await getConnection(deps, { principal: principalOf(request), ...request.params })),
  });
}

function updateConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'PATCH',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'connections:manage' },
    schema: {
      operationId: 'updateConnection',
      summary: 'Update, disable or enable a connection',
      description:
        'Members that are left out stay as they are. A disabled connection gets no credentials from the next request on; after it is enabled, it is pending until it is verified.',
      tags,
      params: connectionParams,
      body: updateConnectionRequest,
      response: { 200: connectionSchema },
      problems: ['conflict', 'tenant_not_active'],
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), ...request.params, changes: request.body };
      return toConnectionBody(await changeConnection(deps, input));
    },
  });
}

function deleteConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'connections:manage' },
    schema: {
      operationId: 'deleteConnection',
      summary: 'Delete a connection',
      description: 'Its role can be registered again later.',
      tags,
      params: connectionParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await removeConnection(deps, { principal, actor: actorOf(principal), ...request.params });
      return reply.code(204).send(null);
    },
  });
}
