import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import { noBody, noContent, page, pageOf, readCursor, toPage, webhookId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { changeWebhook } from './change.ts';
import { checkDestination } from './check-destination.ts';
import { createWebhook } from './create.ts';
import { removeWebhook } from './remove.ts';
import { rotateWebhookSecret } from './rotate-secret.ts';
import { findWebhook, listWebhooks } from './store.ts';
import { toWebhookBody } from './webhook.ts';
import {
  createdWebhook,
  createWebhookRequest,
  rotatedSecret,
  updateWebhookRequest,
  webhookSchema,
} from './webhook-schema.ts';

const params = z.object({ webhookId });
const tags = ['Webhooks'];

export function webhookRoutes(app: App, deps: Deps): void {
  createWebhookRoute(app, deps);
  listWebhooksRoute(app, deps);
  getWebhookRoute(app, deps);
  updateWebhookRoute(app, deps);
  deleteWebhookRoute(app, deps);
  rotateWebhookSecretRoute(app, deps);
}

function createWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhooks',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'createWebhook',
      summary: 'Create a webhook',
      description:
        'Events from now on are sent to its URL as Standard Webhooks says: at least once, and in order for each connection.',
      tags,
      body: createWebhookRequest,
      response: { 201: createdWebhook },
    },
    handler: async (request, reply) => {
      const { url, types, description } = request.body;
      await checkDestination(deps, url);
      const created = await idempotent(deps, request, async (deps) => {
        const { webhook, secret } = await createWebhook(deps, {
          actor: actorOf(principalOf(request)),
          url,
          types: types ?? [],
          description: description ?? null,
        });
        return { ...toWebhookBody(webhook), secret };
      });
      return reply.code(201).send(created);
    },
  });
}

function listWebhooksRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/webhooks',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'listWebhooks',
      summary: 'List webhooks',
      description: 'Without their secrets.',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(webhookSchema) },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listWebhooks(deps.database, { after: readCursor(cursor, 'webhook'), limit });
      return toPage(rows, limit, toWebhookBody);
    },
  });
}

function getWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/webhooks/:webhookId',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'getWebhook',
      summary: 'Get a webhook',
      description: 'The response does not contain the secret.',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: webhookSchema },
    },
    handler: async (request) => {
      const webhook = await findWebhook(deps.database, request.params.webhookId);
      if (!webhook) throw notFound();
      return toWebhookBody(webhook);
    },
  });
}

function updateWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'PATCH',
    url: '/v1/webhooks/:webhookId',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'updateWebhook',
      summary: 'Change, disable or enable a webhook',
      description: 'Members that are left out stay as they are.',
      tags,
      params,
      body: updateWebhookRequest,
      response: { 200: webhookSchema },
    },
    handler: async (request) => {
      const { url, types, description, status } = request.body;
      if (url !== undefined) await checkDestination(deps, url);
      const changes = {
        ...(url !== undefined && { url }),
        ...(types !== undefined && { types: types ?? [] }),
        ...(description !== undefined && { description }),
        ...(status !== undefined && { status }),
      };
      const actor = actorOf(principalOf(request));
      return toWebhookBody(
        await changeWebhook(deps, { actor, webhookId: request.params.webhookId, changes }),
      );
    },
  });
}

function deleteWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/webhooks/:webhookId',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'deleteWebhook',
      summary: 'Delete a webhook',
      description: 'What is pending is not delivered any more.',
      tags,
      params,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      await removeWebhook(deps, { actor: actorOf(principalOf(request)), ...request.params });
      return reply.code(204).send(null);
    },
  });
}

function rotateWebhookSecretRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhooks/:webhookId/secret',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'rotateWebhookSecret',
      summary: 'Replace the secret of a webhook',
      description: 'For 24 hours, messages are signed with both secrets.',
      tags,
      params,
      body: noBody,
      response: { 200: rotatedSecret },
    },
    handler: async (request) => {
      const input = { actor: actorOf(principalOf(request)), ...request.params };
      return idempotent(deps, request, async (deps) => {
        const { secret, previousSecretExpiresAt } = await rotateWebhookSecret(deps, input);
        return { secret, previousSecretExpiresAt: previousSecretExpiresAt.toISOString() };
      });
    },
  });
}
