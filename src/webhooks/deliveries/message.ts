import { type ChangeEvent, toEventBody } from '../../events/event.ts';

/**
 * The body of a message: the event as the feed shows it, and its time also as `timestamp`, the name that Standard Webhooks
 * recommends. It is the same for each attempt.
 */
export function toMessageBody(event: Omit<ChangeEvent, 'type'> & { type: string }): string {
  const { type, ...body } = toEventBody(event as ChangeEvent);
  return JSON.stringify({ type, timestamp: body.at, ...body });
}
