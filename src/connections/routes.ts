import { z } from 'zod';
import { partitionName } from '../broker/partition.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  connectionId,
  name,
  noContent,
  page,
  pageOf,
  problemCode,
  problems,
  profileName,
  readCursor,
  tenantId,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { findTenant } from '../tenants/store.ts';
import { changeConnection } from './change.ts';
import { toConnectionBody } from './connection.ts';
import { connectionSchema } from './connection-schema.ts';
import { getConnection } from './get.ts';
import { registerConnection } from './register.ts';
import { registerAccounts } from './register-accounts.ts';
import { removeConnection } from './remove.ts';
import { listConnections } from './store.ts';

const accountOutcomeSchema = z
  .object({
    accountId: z.string().meta({ description: 'As it was sent.' }),
    outcome: z.enum(['registered', 'already_registered', 'refused']),
    connection: connectionSchema.optional().meta({ description: 'Left out if the account was refused.' }),
    error: z
      .object({ code: problemCode, detail: z.string() })
      .optional()
      .meta({ description: 'Why the account was refused.' }),
  })
  .meta({ id: 'AccountOutcome' });

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
      summary: "Register a customer's role; the connection is pending until it is verified",
      tags,
      params: tenantParams,
      body: z.strictObject({
        roleArn: z
          .string()
          .trim()
          .min(1, 'must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/Name')
          .max(2048, 'must have 2048 characters or fewer'),
        name: name.nullish(),
        profile: profileName.nullish(),
      }),
      response: { 201: connectionSchema, ...problems },
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

const registerAccountsBody = z.strictObject({
  accountIds: z
    .array(z.string().trim().max(100, 'must have 100 characters or fewer'))
    .min(1, 'must have one account or more')
    .max(500, 'must have 500 accounts or fewer')
    .meta({ description: 'AWS account IDs of 12 digits.' }),
  roleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
    .optional()
    .meta({ description: 'Name of the role in each account. Left out: the role name of the setup kit.' }),
  partition: partitionName.optional().meta({
    description: "AWS partition of the accounts. Left out: the vendor's main partition.",
  }),
  name: name.nullish().meta({ description: 'Name of each connection.' }),
  profile: profileName.nullish(),
});

function registerAccountsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/batch',
    config: { access: 'connections:manage' },
    schema: {
      summary: "Register the setup kit's role in many accounts",
      description:
        'Each account has its own outcome, in the order of the list. Accounts that are already registered are reported as already_registered, so the same list can be sent again. The connections are pending until they are verified.',
      tags,
      params: tenantParams,
      body: registerAccountsBody,
      response: { 200: z.object({ data: z.array(accountOutcomeSchema) }), ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { accountIds, partition, roleName, name, profile } = request.body;
      const data = await idempotent(deps, request, async (deps) => {
        const outcomes = await registerAccounts(deps, {
          principal,
          actor: actorOf(principal),
          tenantId: request.params.tenantId,
          accountIds,
          partition: partition ?? null,
          roleName: roleName ?? null,
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
      summary: 'List the connections of a tenant',
      tags,
      params: tenantParams,
      querystring: z.strictObject(page),
      response: { 200: pageOf(connectionSchema), ...problems },
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
      summary: 'Get a connection',
      tags,
      params: connectionParams,
      querystring: z.strictObject({}),
      response: { 200: connectionSchema, ...problems },
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
      summary: 'Update, disable or enable a connection; after it is enabled it is pending',
      tags,
      params: connectionParams,
      body: z
        .strictObject({
          name: name.nullable().optional(),
          profile: profileName.nullable().optional(),
          disabled: z.boolean().optional(),
        })
        .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property'),
      response: { 200: connectionSchema, ...problems },
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
      summary: 'Delete a connection',
      tags,
      params: connectionParams,
      response: { 204: noContent, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await removeConnection(deps, { principal, actor: actorOf(principal), ...request.params });
      return reply.code(204).send(null);
    },
  });
}
