import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import { newId } from '../lib/ids.ts';
import { toMessageBody } from './deliveries/message.ts';
import type { AttemptResult } from './deliveries/send.ts';
import { readSecrets } from './read-secrets.ts';
import { findWebhook } from './store.ts';

/**
 * Sends a message of type `webhook.test` once, and waits for the response. It works for a disabled webhook too, and is
 * neither in the feed nor in the list of deliveries.
 * @throws Problem `not_found`
 */
export async function sendTestMessage(
  { database, clock, config, webhookSender }: Pick<Deps, 'database' | 'clock' | 'config' | 'webhookSender'>,
  webhookId: string,
): Promise<AttemptResult> {
  const webhook = await findWebhook(database, webhookId);
  if (!webhook) throw notFound();
  const now = clock.now();
  const secrets = await readSecrets({ database, config }, webhookId, now);
  if ('problem' in secrets)
    return { outcome: 'failed', responseStatus: null, responseExcerpt: null, error: secrets.problem };
  const event = { id: newId('event'), at: now, tenantId: null, connectionId: null, data: { webhookId } };
  return webhookSender.send({
    url: webhook.url,
    id: event.id,
    body: toMessageBody({ ...event, type: 'webhook.test' }),
    ...secrets,
    sentAt: now,
  });
}
