import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import {
  connectionId,
  eventId,
  exampleId,
  inputTimestamp,
  page,
  pageOf,
  readCursor,
  tenantId,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { AUDIT_ACTIONS } from './audit-event.ts';
import { checkpointSchema, takeCheckpoint } from './checkpoints/checkpoint.ts';
import { exportAuditEvents } from './export.ts';
import { listAuditEvents, toEventText } from './list.ts';

const auditAction = z.enum(AUDIT_ACTIONS).meta({ id: 'AuditAction' });

const auditEvent = z
  .object({
    id: eventId,
    tenantId: tenantId
      .nullable()
      .meta({ description: 'null when the event concerns the vendor and not one tenant.' }),
    sequence: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'The number of the event in its chain; null until it is sealed.' }),
    at: timestamp,
    requestId: z.string().nullable().meta({
      description:
        'The request in which it was done: `x-request-id` of its response. null for what the service does by itself, for repetitions that were counted, and for events of versions that did not record it.',
    }),
    actor: z
      .object({
        type: z.enum(['api_key', 'connect_link', 'oidc', 'staff', 'system']),
        id: z.string().nullable().meta({ description: 'null for the service itself.' }),
        name: z.string(),
      })
      .meta({ id: 'Actor', description: 'Who caused the event.' }),
    action: auditAction,
    outcome: z.enum(['success', 'failure']),
    detail: z.record(z.string(), z.unknown()).meta({
      id: 'AuditEventDetail',
      description:
        'What else is known, depending on the action. It contains no secret. `repeats` of `credentials.issued`: how often (`count`), from when (`firstAt`) until when (`lastAt`) the worker got the same session again.',
    }),
    previousHash: z.string().nullable().meta({
      description: 'The hash of the previous event; 64 zeros for the first. null until it is sealed.',
    }),
    hash: z.string().nullable().meta({
      description: 'SHA-256 of previous hash, number and body. null until it is sealed, for about a second.',
    }),
  })
  .meta({
    id: 'AuditEvent',
    description: 'A recorded change of state.',
    examples: [
      {
        id: exampleId('event'),
        tenantId: exampleId('tenant'),
        sequence: 1,
        at: '2026-11-26T12:00:00.000Z',
        requestId: '7d9f4f0a-52b7-4f7b-8a1c-0e6d2b9c3a51',
        actor: { type: 'api_key', id: exampleId('key'), name: 'onboarding' },
        action: 'tenant.created',
        outcome: 'success',
        detail: { name: 'Example Ltd' },
        previousHash: '0'.repeat(64),
        hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    ],
  });

const EXPORT_EXAMPLE =
  '{"position":1,"body":"{…}","chain":"vendor","sequence":1,"previousHash":"0000…","hash":"9f86…"}\n';

const tags = ['Audit'];

export function auditRoutes(app: App, deps: Deps): void {
  listAuditEventsRoute(app, deps);
  createAuditCheckpointRoute(app, deps);
  exportAuditEventsRoute(app, deps);
}

function listAuditEventsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-events',
    config: { access: 'audit:read' },
    schema: {
      operationId: 'listAuditEvents',
      summary: 'List audit events',
      description:
        'The newest first, by their time. All filters can be combined. A tenant sees only its own events. Older events may have been archived by the operator; they are no longer in this list.',
      tags,
      querystring: z.strictObject({
        ...page,
        tenantId: tenantId.optional(),
        connectionId: connectionId.optional().meta({
          description: 'Only events about this connection, also after it was deleted.',
        }),
        action: auditAction.optional().meta({ description: 'Only events with this action.' }),
        since: inputTimestamp.optional().meta({ description: 'Only events at this time or later.' }),
        until: inputTimestamp.optional().meta({ description: 'Only events before this time.' }),
      }),
      response: { 200: pageOf(auditEvent) },
      problems: ['not_found'],
    },
    handler: async (request, reply) => {
      const { limit, cursor, ...filter } = request.query;
      const before = readCursor(cursor, 'event');
      const principal = principalOf(request);
      const rows = await listAuditEvents(deps, { principal, ...filter, before, limit });
      const { data, nextCursor } = toPage(rows, limit, toEventText);
      void reply.type('application/json; charset=utf-8');
      // The typed reply accepts only an object, as in the schema, which would be serialized again.
      return (reply as FastifyReply).send(
        `{"data":[${data.join()}],"nextCursor":${JSON.stringify(nextCursor)}}`,
      );
    },
  });
}

function createAuditCheckpointRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-checkpoint',
    config: { access: 'audit:checkpoint' },
    schema: {
      operationId: 'getAuditCheckpoint',
      summary: 'Take a signed checkpoint of the audit log',
      description:
        'The last event of every chain, signed. Store it where it cannot be changed. Later, `countersign audit verify --checkpoint` uses it to detect changes to any event up to this moment.',
      tags,
      querystring: z.strictObject({}),
      response: { 200: checkpointSchema },
    },
    handler: async () => takeCheckpoint(deps),
  });
}

function exportAuditEventsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-export',
    config: { access: 'audit:checkpoint', load: 'slow' },
    schema: {
      operationId: 'exportAuditEvents',
      summary: 'Export the audit log to verify it offline',
      description:
        'Lines of JSON, ordered by chain and number: `{position, body, chain, sequence, previousHash, hash}`. `body` is the text that is hashed. `countersign audit verify --file` verifies the export. Where older events were archived, lines `{archived: {chain, sequence, hash}}` before the first event name the last archived one of each chain.',
      tags,
      querystring: z.strictObject({ tenantId: tenantId.optional() }),
      response: {
        200: {
          description: 'The events, one JSON object on each line.',
          content: { 'text/plain': { schema: z.string(), example: EXPORT_EXAMPLE } },
        },
      },
    },
    handler: async (request, reply) => {
      const lines = Readable.from(exportAuditEvents(deps, request.query.tenantId ?? null));
      // Clients generated from the document read text, but not every type of lines of JSON.
      void reply.type('text/plain; charset=utf-8');
      // The typed reply accepts only a string, as in the schema, but a large export must be streamed.
      return (reply as FastifyReply).send(lines);
    },
  });
}
