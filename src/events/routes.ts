import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { connectionId, inputTimestamp, page, tenantId } from '../http/schemas.ts';
import { CURSOR_PATTERN } from './cursor.ts';
import { toEventBody } from './event.ts';
import { eventFeed, eventType } from './event-schema.ts';
import { listEvents } from './list.ts';

/** A list in a query: repeated, or separated by commas. */
const eventTypes = z.preprocess(
  (value) => (value === undefined ? undefined : [value].flat().flatMap((text) => String(text).split(','))),
  z.array(eventType).max(50, 'must have 50 items or fewer'),
);

export function eventRoutes(app: App, deps: Deps): void {
  listEventsRoute(app, deps);
}

function listEventsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/events',
    config: { access: 'events:read' },
    schema: {
      operationId: 'listEvents',
      summary: 'Read the feed of events',
      description:
        'The oldest first. It is complete: keep `nextCursor`, also when `data` is empty, and send it as `after` in the next request. After the database was restored from a backup, some events may come twice.',
      tags: ['Events'],
      querystring: z.strictObject({
        types: eventTypes
          .optional()
          .meta({ description: 'Only events of these types; repeated, or separated by commas.' }),
        tenantId: tenantId.optional(),
        connectionId: connectionId.optional(),
        after: z
          .string()
          .regex(CURSOR_PATTERN, 'must be the nextCursor of an earlier request')
          .optional()
          .meta({ description: 'nextCursor of the previous request. Left out: from the oldest event on.' }),
        since: inputTimestamp.optional().meta({
          description:
            'Without `after`: begins with the first event at or after this time. Ignored together with `after`.',
        }),
        limit: page.limit,
      }),
      response: { 200: eventFeed },
    },
    handler: async (request) => {
      const { types, tenantId, connectionId, since, after, limit } = request.query;
      const { events, nextCursor } = await listEvents(deps, {
        types,
        tenantId,
        connectionId,
        since: since === undefined ? undefined : new Date(since),
        after,
        limit,
      });
      return { data: events.map(toEventBody), nextCursor };
    },
  });
}
