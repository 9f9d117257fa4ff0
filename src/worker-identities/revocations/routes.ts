import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { principalOf } from '../../http/authorize.ts';
import { idempotent } from '../../http/idempotency/idempotent.ts';
import {
  exampleId,
  inputTimestamp,
  noContent,
  PATTERNS,
  page,
  pageOf,
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
  .meta({
    id: 'TokenRevocation',
    description: 'A rule that rejects tokens which have not expired.',
    examples: [
      {
        id: exampleId('revocation'),
        identity: 'reports',
        subject: 'system:serviceaccount:reports:worker',
        issuedBefore: '2026-11-26T12:00:00.000Z',
        createdAt: '2026-11-26T12:00:00.000Z',
      },
    ],
  });

const revokeTokensRequest = z
  .strictObject({
    identity: z
      .string()
      .min(1, 'must not be empty')
      .max(100)
      .meta({
        ...PATTERNS.text,
        description: 'The name of the worker identity, as in its file and in audit events.',
      }),
    subject: z
      .string()
      .regex(/^\P{Cc}{1,1024}$/u, 'must have 1 to 1024 characters without control characters')
      .optional()
      .meta({
        ...PATTERNS.line,
        minLength: 1,
        maxLength: 1024,
        description: 'Revokes only tokens with this "sub". Omit to revoke those of every subject.',
      }),
    issuedBefore: inputTimestamp.optional().meta({
      description:
        'Revokes only tokens whose "iat" is before this time. Omit to revoke all, including later ones.',
    }),
  })
  .meta({
    id: 'RevokeTokensRequest',
    examples: [{ identity: 'reports', issuedBefore: '2026-11-26T12:00:00Z' }],
  });

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
      operationId: 'revokeTokens',
      summary: "Revoke a worker identity's tokens",
      description: 'They are rejected from the next request on, although they have not expired.',
      tags,
      body: revokeTokensRequest,
      response: { 201: revocation },
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
      operationId: 'listTokenRevocations',
      summary: 'List token revocations',
      description: 'Lists them in the order of their creation.',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(revocation) },
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
      operationId: 'deleteTokenRevocation',
      summary: 'Delete a token revocation',
      description: 'Its tokens are accepted again until they expire.',
      tags,
      params: z.object({ revocationId }),
      response: { 204: noContent },
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
