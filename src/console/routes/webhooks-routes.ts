import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { EVENT_TYPES } from '../../events/event.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { deliveryId, noBody, page, readCursor, toPage, webhookId } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { changeWebhook } from '../../webhooks/change.ts';
import { checkDestination } from '../../webhooks/check-destination.ts';
import { createWebhook } from '../../webhooks/create.ts';
import { deliveryStatus } from '../../webhooks/deliveries/delivery-schema.ts';
import { retryDelivery } from '../../webhooks/deliveries/retry.ts';
import { listDeliveries } from '../../webhooks/deliveries/store.ts';
import { removeWebhook } from '../../webhooks/remove.ts';
import { rotateWebhookSecret } from '../../webhooks/rotate-secret.ts';
import { sendTestMessage } from '../../webhooks/send-test.ts';
import { findWebhook, listWebhooks } from '../../webhooks/store.ts';
import type { Webhook, WebhookStatus } from '../../webhooks/webhook.ts';
import { webhookUrl } from '../../webhooks/webhook-schema.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { submitOnce, tokenOnly } from '../submit-once.ts';
import { type FormValues, formBody, parseFields, submitForm } from '../submitted-form.ts';
import { EMPTY_FORM } from '../views/form-controls.ts';
import { webhookFormPage, webhookPage, webhookSecretPage, webhooksPage } from '../views/webhooks.ts';

const access = 'webhooks:manage' as const;
const params = z.object({ webhookId });
const done = z.string().optional();

/** Webhooks and their deliveries. */
export function webhooksRoutes(app: App, deps: Deps): void {
  listWebhooksRoute(app, deps);
  showFormRoute(app, deps);
  createWebhookRoute(app, deps);
  showWebhookRoute(app, deps);
  showChangeFormRoute(app, deps);
  changeWebhookRoute(app, deps);
  changeStatusRoute(app, deps, 'enabled');
  changeStatusRoute(app, deps, 'disabled');
  rotateSecretRoute(app, deps);
  testWebhookRoute(app, deps);
  deleteWebhookRoute(app, deps);
  retryDeliveryRoute(app, deps);
}

function listWebhooksRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/webhooks',
    config: { access },
    schema: { hide: true, querystring: z.object({ cursor: page.cursor, done }) },
    handler: async (request, reply) => {
      const { cursor, done } = request.query;
      const rows = await listWebhooks(deps.database, { after: readCursor(cursor, 'webhook'), limit: 50 });
      const { data: webhooks, nextCursor } = toPage(rows, 50, (webhook) => webhook);
      return sendPage(
        reply,
        200,
        webhooksPage(getConsoleContext(deps, request), { webhooks, nextCursor, done }),
      );
    },
  });
}

function showFormRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/webhooks/new',
    config: { access },
    schema: { hide: true },
    handler: async (request, reply) =>
      sendPage(
        reply,
        200,
        webhookFormPage(getConsoleContext(deps, request), { webhook: null, form: EMPTY_FORM }),
      ),
  });
}

/** Answers with the page itself, because the secret can be shown only now. */
function createWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks',
    // The host name of the URL is looked up.
    config: { access, load: 'slow' },
    schema: { hide: true, body: formBody },
    handler: async (request, reply) => {
      const context = getConsoleContext(deps, request);
      const submitted = await submitForm(() => create(deps, request));
      if ('result' in submitted) return sendPage(reply, 201, webhookSecretPage(context, submitted.result));
      const { problem } = submitted;
      const view = { webhook: null, form: { values: request.body, problem } };
      return sendPage(reply, problem.status, webhookFormPage(context, view));
    },
  });
}

const webhookFields = z.object({
  url: webhookUrl,
  description: optional(z.string().trim().max(500, 'must have 500 characters or fewer')),
});

async function parseSettings(deps: Deps, values: FormValues) {
  const { url, description = null } = parseFields(webhookFields, values);
  await checkDestination(deps, url);
  // One box for each type; none of them means all types.
  return { url, description, types: EVENT_TYPES.filter((type) => values[type] === 'on') };
}

async function create(
  deps: Deps,
  request: FastifyRequest<{ Body: FormValues }>,
): Promise<{ webhook: Webhook; secret: string }> {
  const input = { actor: staffOf(request).actor, ...(await parseSettings(deps, request.body)) };
  const { id, secret } = await submitOnce(deps, request, async (deps) => {
    const { webhook, secret } = await createWebhook(deps, input);
    return { id: webhook.id, secret };
  });
  return { webhook: await requireWebhook(deps, id), secret };
}

async function requireWebhook(deps: Deps, id: string): Promise<Webhook> {
  const webhook = await findWebhook(deps.database, id);
  if (!webhook) throw notFound();
  return webhook;
}

function showWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/webhooks/:webhookId',
    config: { access },
    schema: {
      hide: true,
      params,
      querystring: z.object({ cursor: page.cursor, status: optional(deliveryStatus), done }),
    },
    handler: async (request, reply) => {
      const { webhookId } = request.params;
      const { cursor, status, done } = request.query;
      const webhook = await requireWebhook(deps, webhookId);
      const before = readCursor(cursor, 'delivery');
      const rows = await listDeliveries(deps.database, { webhookId, status, before, limit: 50 });
      const { data: deliveries, nextCursor } = toPage(rows, 50, (delivery) => delivery);
      const view = { webhook, deliveries, nextCursor, status, done, test: null };
      return sendPage(reply, 200, webhookPage(getConsoleContext(deps, request), view));
    },
  });
}

function showChangeFormRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/webhooks/:webhookId/change',
    config: { access },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const webhook = await requireWebhook(deps, request.params.webhookId);
      const { url, description, types } = webhook;
      const values = {
        url,
        description: description ?? '',
        ...Object.fromEntries(types.map((type) => [type, 'on'])),
      };
      const view = { webhook, form: { values, problem: null } };
      return sendPage(reply, 200, webhookFormPage(getConsoleContext(deps, request), view));
    },
  });
}

function changeWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:webhookId',
    // The host name of the URL is looked up.
    config: { access, load: 'slow' },
    schema: { hide: true, params, body: formBody },
    handler: async (request, reply) => {
      const webhook = await requireWebhook(deps, request.params.webhookId);
      const { actor } = staffOf(request);
      const submitted = await submitForm(async () => {
        const changes = await parseSettings(deps, request.body);
        return changeWebhook(deps, { actor, webhookId: webhook.id, changes });
      });
      if ('result' in submitted) return redirectTo(deps, reply, `/${webhook.id}?done=webhook-changed`);
      const { problem } = submitted;
      const view = { webhook, form: { values: request.body, problem } };
      return sendPage(reply, problem.status, webhookFormPage(getConsoleContext(deps, request), view));
    },
  });
}

function redirectTo(deps: Deps, reply: FastifyReply, path: string): FastifyReply {
  return reply.redirect(`${consolePathOf(deps.baseUrl())}/webhooks${path}`, 303);
}

function changeStatusRoute(app: App, deps: Deps, status: WebhookStatus): void {
  app.route({
    method: 'POST',
    url: `/webhooks/:webhookId/${status}`,
    config: { access },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { webhookId } = request.params;
      await changeWebhook(deps, { actor: staffOf(request).actor, webhookId, changes: { status } });
      return redirectTo(deps, reply, `/${webhookId}?done=webhook-${status}`);
    },
  });
}

/** Answers with the page itself, because the secret can be shown only now. */
function rotateSecretRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:webhookId/secret',
    config: { access },
    schema: { hide: true, params, body: tokenOnly },
    handler: async (request, reply) => {
      const { webhookId } = request.params;
      const rotated = await submitOnce(deps, request, async (deps) => {
        const input = { actor: staffOf(request).actor, webhookId };
        const { secret, previousSecretExpiresAt } = await rotateWebhookSecret(deps, input);
        return { secret, previousSecretExpiresAt: previousSecretExpiresAt.toISOString() };
      });
      const webhook = await requireWebhook(deps, webhookId);
      const context = getConsoleContext(deps, request);
      return sendPage(reply, 200, webhookSecretPage(context, { webhook, ...rotated }));
    },
  });
}

function testWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:webhookId/test',
    config: { access, load: 'slow' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { webhookId } = request.params;
      const test = await sendTestMessage(deps, webhookId);
      const webhook = await requireWebhook(deps, webhookId);
      const rows = await listDeliveries(deps.database, {
        webhookId,
        status: undefined,
        before: null,
        limit: 50,
      });
      const view = {
        webhook,
        deliveries: rows.slice(0, 50),
        nextCursor: null,
        status: undefined,
        done: undefined,
        test,
      };
      return sendPage(reply, 200, webhookPage(getConsoleContext(deps, request), view));
    },
  });
}

function deleteWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:webhookId/deletion',
    config: { access },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      await removeWebhook(deps, { actor: staffOf(request).actor, ...request.params });
      return redirectTo(deps, reply, '?done=webhook-deleted');
    },
  });
}

function retryDeliveryRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:webhookId/deliveries/:deliveryId/retry',
    config: { access },
    schema: { hide: true, params: params.extend({ deliveryId }), body: noBody },
    handler: async (request, reply) => {
      await retryDelivery(deps, request.params);
      return redirectTo(deps, reply, `/${request.params.webhookId}?done=delivery-retried`);
    },
  });
}
