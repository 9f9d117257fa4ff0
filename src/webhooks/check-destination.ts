import type { Deps } from '../deps.ts';
import { invalidRequest } from '../http/problem.ts';
import { DestinationRefused } from './destination/destination.ts';

/**
 * Refuses a URL at once to which nothing would be sent. Each delivery checks it again.
 * @throws Problem `validation_failed`
 */
export async function checkDestination(
  { webhookSender }: Pick<Deps, 'webhookSender'>,
  url: string,
): Promise<void> {
  try {
    await webhookSender.checkDestination(url);
  } catch (error) {
    if (!(error instanceof DestinationRefused)) throw error;
    const message = `is refused: ${error.message}. COUNTERSIGN_WEBHOOK_PRIVATE_HOSTS admits hosts of your own network`;
    throw invalidRequest([{ path: 'url', message }], error);
  }
}
