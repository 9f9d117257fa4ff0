import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { eventId, page, pageOf, problems, readCursor, tenantId, timestamp, toPage } from '../http/schemas.ts';
import { AUDIT_ACTIONS } from './audit-event.ts';
import { checkpointSchema, takeCheckpoint } from './checkpoint.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';
import { exportAuditEvents } from './export.ts';
import { listAuditEvents, toEventBody } from './list.ts';

const auditEvent = z
  .object({
    id: eventId,
    tenantId: tenantId.nullable().meta({ description: 'null: it concerns the vendor, not one tenant.' }),
    sequence: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Its number in its chain; null until it is sealed.' }),
    at: timestamp,
    actor: z.object({
      type: z.enum(['api_key', 'connect_link', 'oidc', 'system']),
      id: z.string().nullable(),
      name: z.string(),
    }),
    action: z.enum(AUDIT_ACTIONS),
    outcome: z.enum(['success', 'failure']),
    detail: z.record(z.string(), z.any()),
    previousHash: z
      .string()
      .nullable()
      .meta({ description: 'Hash of the event before it; 64 zeros for the first. null until it is sealed.' }),
    hash: z.string().nullable().meta({
      description: 'SHA-256 over previous hash, number and body. null until sealed, for about a second.',
    }),
  })
  .meta({ id: 'AuditEvent' });

const tags = ['Audit'];

export function auditRoutes(app: App, deps: Deps & { auditSigner: CheckpointSigner }): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-events',
    config: { access: 'audit:read' },
    schema: {
      summary: 'List audit events, the newest first',
      tags,
      querystring: z.strictObject({
        ...page,
        tenantId: tenantId.optional(),
        action: z.enum(AUDIT_ACTIONS).optional(),
      }),
      response: { 200: pageOf(auditEvent), ...problems },
    },
    handler: async (request) => {
      const { limit, cursor, tenantId, action } = request.query;
      const before = readCursor(cursor, 'event');
      const principal = principalOf(request);
      const rows = await listAuditEvents(deps, { principal, tenantId, action, before, limit });
      return toPage(rows, limit, toEventBody);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/audit-checkpoint',
    config: { access: 'audit:checkpoint' },
    schema: {
      summary: 'Take a signed checkpoint of the audit log',
      description:
        'Where every chain ends now. Kept where nobody can change it, it shows later whether the log up to here is still what it was (`countersign audit verify --checkpoint`).',
      tags,
      querystring: z.strictObject({}),
      response: { 200: checkpointSchema, ...problems },
    },
    handler: async (_request, reply) => {
      const checkpoint = await takeCheckpoint(deps);
      return reply.header('cache-control', 'no-store').send(checkpoint);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/audit-export',
    config: { access: 'audit:checkpoint' },
    schema: {
      summary: 'Export the audit log for verification elsewhere',
      description:
        'Lines of JSON by chain and number: `{position, body, chain, sequence, previousHash, hash}`, where `body` is the very text that is hashed. `countersign audit verify --file` reads it.',
      tags,
      querystring: z.strictObject({ tenantId: tenantId.optional() }),
      response: {
        200: {
          description: 'The events, one in each line.',
          content: { 'application/x-ndjson': { schema: z.string() } },
        },
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const lines = Readable.from(exportAuditEvents(deps, request.query.tenantId ?? null));
      void reply.type('application/x-ndjson').header('cache-control', 'no-store');
      // The schema's text leaves as a stream, which the typed reply does not know of.
      return (reply as FastifyReply).send(lines);
    },
  });
}
