import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { principalOf } from '../../http/authorize.ts';
import { once } from '../../http/idempotency.ts';
import {
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
    subject: z.string().nullable().meta({ description: 'null: of every subject.' }),
    issuedBefore: timestamp
      .nullable()
      .meta({ description: 'Those alone that were issued before this; null: all, later ones too.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'TokenRevocation' });

const tags = ['Worker tokens'];
const access = 'api-keys:manage' as const;

export function tokenRevocationRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/token-revocations',
    config: { access },
    schema: {
      summary: "Refuse a worker identity's tokens, from the next request on",
      tags,
      body: z.strictObject({
        identity: z
          .string()
          .min(1, 'must not be empty')
          .max(100)
          .meta({ description: 'Its name, as the file of worker identities and the audit events have it.' }),
        subject: z
          .string()
          .regex(/^\P{Cc}{1,1024}$/u, 'must have 1 to 1024 characters, none of them a control character')
          .optional()
          .meta({ description: 'Its tokens alone, as "sub" has it. Left out: of every subject.' }),
        issuedBefore: z.iso.datetime({ error: 'must be a time like 2030-01-31T12:00:00Z' }).optional().meta({
          description: 'Tokens alone whose "iat" lies before this. Left out: all, those to come too.',
        }),
      }),
      response: { 201: revocation, ...problems },
    },
    handler: async (request, reply) => {
      const { identity, subject = null, issuedBefore } = request.body;
      const created = await once(deps, request, async (deps) =>
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

  app.route({
    method: 'GET',
    url: '/v1/token-revocations',
    config: { access },
    schema: {
      summary: 'List which tokens are refused',
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

  app.route({
    method: 'DELETE',
    url: '/v1/token-revocations/:revocationId',
    config: { access },
    schema: {
      summary: 'Accept these tokens again, while they are valid',
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
