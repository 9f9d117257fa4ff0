import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../audit/audit-event.ts';
import { verifyDatabase } from '../../audit/chain/verify-database.ts';
import { takeCheckpoint } from '../../audit/checkpoints/checkpoint.ts';
import { exportAuditEvents } from '../../audit/export.ts';
import { listAuditEvents, toEventBody } from '../../audit/list.ts';
import { sealAllAuditEvents } from '../../audit/seal.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { connectionId, noBody, page, readCursor, tenantId, toPage } from '../../http/schemas.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { sendPage } from '../../pages/page-security.ts';
import { getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { findTenantNames } from '../store.ts';
import { auditPage, auditVerificationPage } from '../views/audit.ts';

const DAY_MS = 86_400_000;

/** The audit log, and what proves that nobody has changed it. */
export function auditRoutes(app: App, deps: Deps): void {
  listEventsRoute(app, deps);
  verifyLogRoute(app, deps);
  downloadCheckpointRoute(app, deps);
  downloadExportRoute(app, deps);
}

const date = optional(z.iso.date('must be a date'));

function listEventsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/audit',
    config: { access: 'audit:read' },
    schema: {
      hide: true,
      querystring: z.object({
        cursor: page.cursor,
        tenantId: optional(tenantId),
        connectionId: optional(connectionId),
        action: optional(z.enum(AUDIT_ACTIONS)),
        from: date,
        to: date,
      }),
    },
    handler: async (request, reply) => {
      const { cursor, from, to, ...filter } = request.query;
      const rows = await listAuditEvents(deps, {
        principal: staffOf(request).principal,
        ...filter,
        since: from && `${from}T00:00:00.000Z`,
        until: to && endOfDay(to),
        before: readCursor(cursor, 'event'),
        limit: 50,
      });
      const { data: events, nextCursor } = toPage(rows, 50, toEventBody);
      const tenantNames = await findTenantNames(
        deps.database,
        events.flatMap(({ tenantId }) => tenantId ?? []),
      );
      const view = { events, tenantNames, nextCursor, filter: request.query };
      return sendPage(reply, 200, auditPage(getConsoleContext(deps, request), view));
    },
  });
}

/** The last day is part of what was asked for. */
const endOfDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString();

/** Reads the whole log, so that of several requests at once only one does. */
function verifyLogRoute(app: App, deps: Deps): void {
  const verifyOnce = singleFlight<Awaited<ReturnType<typeof verifyDatabase>>>();
  app.route({
    method: 'POST',
    url: '/audit/verification',
    config: { access: 'audit:checkpoint', load: 'slow' },
    schema: { hide: true, body: noBody },
    handler: async (request, reply) => {
      const verification = await verifyOnce('', async () => {
        await sealAllAuditEvents(deps);
        return verifyDatabase(deps, { expectedHeads: [], chain: null });
      });
      return sendPage(reply, 200, auditVerificationPage(getConsoleContext(deps, request), verification));
    },
  });
}

function downloadCheckpointRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/audit/checkpoint',
    config: { access: 'audit:checkpoint' },
    schema: { hide: true },
    handler: async (_, reply) => {
      const checkpoint = await takeCheckpoint(deps);
      const name = `checkpoint-${checkpoint.at.replaceAll(':', '')}.json`;
      return sendFile(reply, { name, type: 'application/json', content: `${JSON.stringify(checkpoint)}\n` });
    },
  });
}

function downloadExportRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/audit/export',
    config: { access: 'audit:checkpoint', load: 'slow' },
    // HEAD would read the whole log too.
    exposeHeadRoute: false,
    schema: { hide: true, querystring: z.object({ tenantId: optional(tenantId) }) },
    handler: async (request, reply) => {
      const lines = exportAuditEvents(deps, request.query.tenantId ?? null);
      return sendFile(reply, {
        name: 'audit-export.jsonl',
        type: 'application/jsonl',
        content: Readable.from(lines),
      });
    },
  });
}

function sendFile(
  reply: FastifyReply,
  { name, type, content }: { name: string; type: string; content: string | Readable },
): FastifyReply {
  return reply
    .type(`${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}"`)
    .serializer((text: unknown) => String(text))
    .send(content);
}
