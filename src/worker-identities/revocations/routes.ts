import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { principalOf } from '../../http/authorize.ts';
import { idempotent } from '../../http/idempotency/idempotent.ts';
import {
  inputTimestamp,
  noContent,
  page,
  pageOf,
  problems,
  readCursor,
  revocationId,
  timestamp,
  toPage,
} from '../../http/schemas.ts';
import { actorOf } from '../../identity/principal.ts';
import { restoreTokens } from './restore.ts';
import { revokeTokens } from './revoke.ts';
import { listRevocations } from './store.ts';
import { toRevocationBody } from './token-revocation.ts';

const revocation = z
  .object({
    id: revocationId,
    identity: z.string().meta({ description: 'The name of the worker identity.' }),
    subject: z.string().nullable().meta({ description: 'null revokes the tokens of every subject.' }),
    issuedBefore: timestamp.nullable().meta({
      description: 'Revokes only tokens issued before this time; null revokes all, including later ones.',
    }),
    createdAt: timestamp,
  })
  .meta({ id: 'TokenRevocation' });

const tags = ['Worker tokens'];
const access = 'api-keys:manage' as const;

export function tokenRevocationRoutes(app: App, deps: Deps): void {
  revokeTokensRoute(app, deps);
  listTokenRevocationsRoute(app, deps);
  restoreTokensRoute(app, deps);
}

function revokeTokensRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/token-revocations',
    config: { access },
    schema: {
      summary: "Revoke a worker identity's tokens, from the next request on",
      tags,
      body: z.strictObject({
        identity: z
          .string()
          .min(1, 'must not be empty')
          .max(100)
          .meta({ description: 'The name of the worker identity, as in its file and in audit events.' }),
        subject: z
          .string()
          .regex(/^\P{Cc}{1,1024}$/u, 'must have 1 to 1024 characters without control characters')
          .optional()
          .meta({
            description: 'Revokes only tokens with this "sub". Omit to revoke those of every subject.',
          }),
        issuedBefore: inputTimestamp.optional().meta({
          description:
            'Revokes only tokens whose "iat" is before this time. Omit to revoke all, including later ones.',
        }),
      }),
      response: { 201: revocation, ...problems },
    },
    handler: async (request, reply) => {
      const { identity, subject = null, issuedBefore } = request.body;
      const created = await idempotent(deps, request, async (deps) =>
        toRevocationBody(
          await revokeTokens(deps, {
            actor: actorOf(principalOf(request)),
            identity,
            subject,
            issuedBefore: issuedBefore === undefined ? null : new Date(issuedBefore),
          }),
        ),
      );
      return reply.code(201).send(created);
    },
  });
}

function listTokenRevocationsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/token-revocations',
    config: { access },
    schema: {
      summary: 'List token revocations',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(revocation), ...problems },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listRevocations(deps.database, readCursor(cursor, 'revocation'), limit);
      return toPage(rows, limit, toRevocationBody);
    },
  });
}

function restoreTokensRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/token-revocations/:revocationId',
    config: { access },
    schema: {
      summary: 'Delete a revocation: its tokens are accepted again until they expire',
      tags,
      params: z.object({ revocationId }),
      response: { 204: noContent, ...problems },
    },
    handler: async (request, reply) => {
      await restoreTokens(deps, {
        actor: actorOf(principalOf(request)),
        revocationId: request.params.revocationId,
      });
      return reply.code(204).send(null);
    },
  });
}
