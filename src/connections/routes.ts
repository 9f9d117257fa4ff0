import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { once } from '../http/idempotency.ts';
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
import { changeConnection, removeConnection } from './change.ts';
import { toConnectionBody } from './connection.ts';
import { connection } from './connection-schema.ts';
import { getConnection } from './get.ts';
import { registerConnection } from './register.ts';
import { registerAccounts } from './register-accounts.ts';
import { listConnections } from './store.ts';

const accountOutcome = z
  .object({
    accountId: z.string().meta({ description: 'As it was sent.' }),
    outcome: z.enum(['registered', 'already_registered', 'refused']),
    connection: connection.optional().meta({ description: 'Unless it was refused.' }),
    error: z
      .object({ code: problemCode, detail: z.string() })
      .optional()
      .meta({ description: 'Why it was refused.' }),
  })
  .meta({ id: 'AccountOutcome' });

const params = z.object({ tenantId });
const one = z.object({ tenantId, connectionId });
const tags = ['Connections'];

export function connectionRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections',
    config: { access: 'connections:manage' },
    schema: {
      summary: "Register a customer's role; it is pending until it is verified",
      tags,
      params,
      body: z.strictObject({
        roleArn: z
          .string()
          .trim()
          .min(20, 'must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/Name')
          .max(2048, 'must have 2048 characters or fewer'),
        name: name.nullish(),
        profile: profileName.nullish(),
      }),
      response: { 201: connection, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { roleArn, name, profile } = request.body;
      const { tenantId } = request.params;
      const registered = await once(deps, request, async (deps) =>
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

  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/batch',
    config: { access: 'connections:manage' },
    schema: {
      summary: "Register the setup kit's role in many accounts, each with an outcome of its own",
      description:
        'The outcomes are in the order of the list. What can be registered is, all of it at once; the same list sent again tells already_registered. Each connection is pending until it is verified.',
      tags,
      params,
      body: z.strictObject({
        accountIds: z
          .array(z.string().trim().max(100, 'must have 100 characters or fewer'))
          .min(1, 'must have one account or more')
          .max(500, 'must have 500 accounts or fewer')
          .meta({ description: 'AWS account IDs, 12 digits each.' }),
        roleName: z
          .string()
          .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
          .optional()
          .meta({ description: "The role's name in each account. Left out: the one of the setup kit." }),
        name: name.nullish().meta({ description: 'Name of each of the connections.' }),
        profile: profileName.nullish(),
      }),
      response: { 200: z.object({ data: z.array(accountOutcome) }), ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { accountIds, roleName, name, profile } = request.body;
      const data = await once(deps, request, async (deps) => {
        const outcomes = await registerAccounts(deps, {
          principal,
          actor: actorOf(principal),
          tenantId: request.params.tenantId,
          accountIds,
          roleName: roleName ?? null,
          name: name ?? null,
          profile: profile ?? null,
        });
        return outcomes.map(({ connection, ...told }) => ({
          ...told,
          ...(connection && { connection: toConnectionBody(connection) }),
        }));
      });
      return { data };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'List the connections of a tenant',
      tags,
      params,
      querystring: z.strictObject(page),
      response: { 200: pageOf(connection), ...problems },
    },
    handler: async (request) => {
      const { tenantId } = request.params;
      const { limit, cursor } = request.query;
      assertTenantAccess(principalOf(request), tenantId);
      if (!(await findTenant(deps.database, tenantId))) throw notFound();
      const after = readCursor(cursor, 'connection');
      return toPage(
        await listConnections(deps.database, { tenantId, after, limit }),
        limit,
        toConnectionBody,
      );
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read a connection',
      tags,
      params: one,
      querystring: z.strictObject({}),
      response: { 200: connection, ...problems },
    },
    handler: async (request) =>
      toConnectionBody(await getConnection(deps, { principal: principalOf(request), ...request.params })),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Rename, disable or enable a connection; enabled again it is pending',
      tags,
      params: one,
      body: z
        .strictObject({
          name: name.nullable().optional(),
          profile: profileName.nullable().optional(),
          disabled: z.boolean().optional(),
        })
        .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
      response: { 200: connection, ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), ...request.params, changes: request.body };
      return toConnectionBody(await changeConnection(deps, input));
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId/connections/:connectionId',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Forget a connection',
      tags,
      params: one,
      response: { 204: noContent, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await removeConnection(deps, { principal, actor: actorOf(principal), ...request.params });
      return reply.code(204).send(null);
    },
  });
}
