import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  exampleId,
  linkId,
  noContent,
  PATTERNS,
  page,
  pageOf,
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
    renewUrl: z.string().nullable(),
    profile: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp,
    openedAt: timestamp.nullable(),
    usedAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({
    id: 'ConnectLink',
    description: 'A link to the hosted page, without its URL.',
    examples: [
      {
        id: exampleId('link'),
        status: 'unopened',
        parentId: null,
        returnUrl: 'https://app.example.com/integrations/aws',
        renewUrl: 'https://app.example.com/integrations/aws/new-link',
        profile: null,
        createdAt: '2026-11-26T12:00:00.000Z',
        expiresAt: '2026-11-27T12:00:00.000Z',
        openedAt: null,
        usedAt: null,
        revokedAt: null,
      },
    ],
  });

const createdLink = z
  .object({
    id: linkId,
    url: z.string().meta({
      description: 'Send it to the customer. It is returned only here, and anybody who has it can open it.',
    }),
    expiresAt: timestamp,
  })
  .meta({
    id: 'CreatedConnectLink',
    description: 'The link. Its URL is returned only here.',
    examples: [
      {
        id: exampleId('link'),
        url: `https://countersign.example.com/connect/csl_${'0123456789abcdef'.repeat(4)}`,
        expiresAt: '2026-11-27T12:00:00.000Z',
      },
    ],
  });

const params = z.object({ tenantId });
const tags = ['Connect links'];

const vendorUrl = z
  .string()
  .min(1, 'must not be empty')
  .max(2000, 'must have 2000 characters or fewer')
  .optional();

const createLinkRequest = z
  .strictObject({
    returnUrl: vendorUrl.meta({
      ...PATTERNS.text,
      description:
        'Where the page sends the customer at the end; it must be allowed by COUNTERSIGN_RETURN_URLS.',
    }),
    renewUrl: vendorUrl.meta({
      ...PATTERNS.text,
      description:
        'Where a customer is sent who opens the link after it was used or has expired; it must be allowed by COUNTERSIGN_RETURN_URLS.',
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
  })
  .meta({
    id: 'CreateConnectLinkRequest',
    examples: [{ returnUrl: 'https://app.example.com/integrations/aws', expiresInSeconds: 86_400 }],
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
    config: { access: 'links:manage' },
    schema: {
      operationId: 'createConnectLink',
      summary: 'Create a link to the page on which a customer connects AWS accounts',
      description: 'The link can be opened by anybody who has it, until it expires or a role was connected.',
      tags,
      params,
      body: createLinkRequest.nullish(),
      response: { 201: createdLink },
      problems: ['tenant_not_active'],
    },
    handler: async (request, reply) => {
      const { returnUrl, renewUrl, profile, expiresInSeconds } = request.body ?? {};
      const created = await idempotent(deps, request, async (deps) => {
        const link = await createLink(deps, {
          actor: actorOf(principalOf(request)),
          tenantId: request.params.tenantId,
          returnUrl: returnUrl ?? null,
          renewUrl: renewUrl ?? null,
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
    config: { access: 'links:manage' },
    schema: {
      operationId: 'listConnectLinks',
      summary: 'List the links of a tenant',
      description: 'Without their URLs, which contain a secret.',
      tags,
      params,
      querystring: z.strictObject(page),
      response: { 200: pageOf(connectLink) },
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
    config: { access: 'links:manage' },
    schema: {
      operationId: 'revokeConnectLink',
      summary: 'Revoke a link',
      description:
        'Also revokes the links that were created from its page, and the sessions of all of them, from the next request on.',
      tags,
      params: z.object({ tenantId, linkId }),
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      await revokeLink(deps, { actor: actorOf(principalOf(request)), ...request.params });
      return reply.code(204).send(null);
    },
  });
}
