import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  linkId,
  noContent,
  page,
  pageOf,
  problems,
  profileName,
  readCursor,
  tenantId,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { findTenant } from '../tenants/store.ts';
import { createLink } from './create-link.ts';
import { LINK_LIFETIME_SECONDS, toLinkBody } from './link.ts';
import { revokeLink } from './revoke-link.ts';
import { listLinks } from './store.ts';

const connectLink = z
  .object({
    id: linkId,
    status: z.enum(['unopened', 'opened', 'used', 'expired', 'revoked']).meta({
      description: 'used: a role was connected through this link, which cannot be opened again.',
    }),
    parentId: linkId.nullable().meta({
      description:
        'The link whose page this link was created from, for a colleague; null for a link of the vendor.',
    }),
    returnUrl: z.string().nullable(),
    profile: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp,
    openedAt: timestamp.nullable(),
    usedAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'ConnectLink' });

const params = z.object({ tenantId });
const tags = ['Connect links'];

const newLink = z.strictObject({
  returnUrl: z
    .string()
    .min(1, 'must not be empty')
    .max(2000, 'must have 2000 characters or fewer')
    .optional()
    .meta({
      description:
        'Where the page sends the customer at the end; it must be allowed by COUNTERSIGN_RETURN_URLS.',
    }),
  profile: profileName.optional().meta({
    description:
      "The access profile that the role is created for. Default: the installation's own permissions.",
  }),
  expiresInSeconds: z
    .number()
    .int('must be a whole number')
    .min(LINK_LIFETIME_SECONDS.min, `must be ${LINK_LIFETIME_SECONDS.min} or more`)
    .max(LINK_LIFETIME_SECONDS.max, `must be ${LINK_LIFETIME_SECONDS.max} or less`)
    .optional()
    .meta({
      description: `For how long the link can be opened. Default: ${LINK_LIFETIME_SECONDS.default}.`,
    }),
});

export function connectLinkRoutes(app: App, deps: Deps): void {
  createLinkRoute(app, deps);
  listLinksRoute(app, deps);
  revokeLinkRoute(app, deps);
}

function createLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connect-links',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Create a link to the page on which a customer connects AWS accounts',
      tags,
      params,
      body: newLink.nullish(),
      response: {
        201: z.object({
          id: linkId,
          url: z.string().meta({
            description:
              'Send it to the customer. It is returned only here, and anybody who has it can open it.',
          }),
          expiresAt: timestamp,
        }),
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { returnUrl, profile, expiresInSeconds } = request.body ?? {};
      const created = await idempotent(deps, request, async (deps) => {
        const link = await createLink(deps, {
          actor: actorOf(principalOf(request)),
          tenantId: request.params.tenantId,
          returnUrl: returnUrl ?? null,
          profile: profile ?? null,
          expiresInSeconds: expiresInSeconds ?? LINK_LIFETIME_SECONDS.default,
        });
        return { ...link, expiresAt: link.expiresAt.toISOString() };
      });
      return reply.code(201).send(created);
    },
  });
}

function listLinksRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connect-links',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'List the links of a tenant, without their secrets',
      tags,
      params,
      querystring: z.strictObject(page),
      response: { 200: pageOf(connectLink), ...problems },
    },
    handler: async (request) => {
      const { tenantId } = request.params;
      const { limit, cursor } = request.query;
      if (!(await findTenant(deps.database, tenantId))) throw notFound();
      const rows = await listLinks(deps.database, { tenantId, after: readCursor(cursor, 'link'), limit });
      const now = deps.clock.now();
      return toPage(rows, limit, (link) => toLinkBody(link, now));
    },
  });
}

function revokeLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId/connect-links/:linkId',
    config: { access: 'tenants:manage' },
    schema: {
      summary: 'Revoke a link, the links created from its page, and their sessions, from the next request on',
      tags,
      params: z.object({ tenantId, linkId }),
      response: { 204: noContent, ...problems },
    },
    handler: async (request, reply) => {
      await revokeLink(deps, { actor: actorOf(principalOf(request)), ...request.params });
      return reply.code(204).send(null);
    },
  });
}
