import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { idempotent, idempotentOutsideTransaction } from '../../http/idempotency/idempotent.ts';
import { notFound } from '../../http/problem.ts';
import { deliveryId, noBody, page, pageOf, readCursor, toPage, webhookId } from '../../http/schemas.ts';
import { sendTestMessage } from '../send-test.ts';
import { findWebhook } from '../store.ts';
import { toDeliveryBody } from './delivery.ts';
import { deliverySchema, deliveryStatus, testResult } from './delivery-schema.ts';
import { retryDelivery } from './retry.ts';
import { listDeliveries } from './store.ts';

const params = z.object({ webhookId });
const tags = ['Webhooks'];

export function webhookDeliveryRoutes(app: App, deps: Deps): void {
  testWebhookRoute(app, deps);
  listDeliveriesRoute(app, deps);
  retryDeliveryRoute(app, deps);
}

function testWebhookRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhooks/:webhookId/test',
    config: { access: 'webhooks:manage', load: 'slow' },
    schema: {
      operationId: 'testWebhook',
      summary: 'Send a test message to a webhook',
      description:
        'Sends a message of type `webhook.test` once, and waits for the response. Works for a disabled webhook too.',
      tags,
      params,
      body: noBody,
      response: { 200: testResult },
      problems: ['conflict'],
    },
    handler: async (request) =>
      idempotentOutsideTransaction(deps, request, (deps) => sendTestMessage(deps, request.params.webhookId)),
  });
}

function listDeliveriesRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/webhooks/:webhookId/deliveries',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'listWebhookDeliveries',
      summary: 'List the deliveries of a webhook',
      description: 'The newest first.',
      tags,
      params,
      querystring: z.strictObject({
        ...page,
        status: deliveryStatus.optional().meta({ description: 'Only deliveries with this status.' }),
      }),
      response: { 200: pageOf(deliverySchema) },
    },
    handler: async (request) => {
      const { webhookId } = request.params;
      const { limit, cursor, status } = request.query;
      const before = readCursor(cursor, 'delivery');
      if (!(await findWebhook(deps.database, webhookId))) throw notFound();
      const rows = await listDeliveries(deps.database, { webhookId, status, before, limit });
      return toPage(rows, limit, toDeliveryBody);
    },
  });
}

function retryDeliveryRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhooks/:webhookId/deliveries/:deliveryId/retry',
    config: { access: 'webhooks:manage' },
    schema: {
      operationId: 'retryWebhookDelivery',
      summary: 'Make a delivery again',
      description:
        'At once, whatever became of it. Later deliveries of the same connection wait for it if it is not delivered.',
      tags,
      params: z.object({ webhookId, deliveryId }),
      body: noBody,
      response: { 200: deliverySchema },
      problems: ['conflict'],
    },
    handler: async (request) =>
      idempotent(deps, request, async (deps) => toDeliveryBody(await retryDelivery(deps, request.params))),
  });
}
