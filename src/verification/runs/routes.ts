import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { principalOf } from '../../http/authorize.ts';
import { idempotent } from '../../http/idempotency/idempotent.ts';
import { connectionId, exampleId, runId, tenantId, timestamp } from '../../http/schemas.ts';
import { actorOf } from '../../identity/principal.ts';
import { getRun } from './get.ts';
import { startRun } from './start.ts';
import { ITEM_OUTCOMES, MAX_CONNECTIONS_PER_RUN, toRunBody } from './verification-run.ts';

const runSchema = z
  .object({
    id: runId,
    tenantId,
    status: z.enum(['running', 'finished']),
    total: z.number().int().meta({ description: 'Number of connections to verify.' }),
    done: z.number().int().meta({ description: 'Number of connections with an outcome.' }),
    verified: z
      .number()
      .int()
      .meta({ description: 'Number of connections whose role enforces the external ID.' }),
    waitingSeconds: z.number().int().meta({
      description:
        "Seconds until the run continues: the tenant's rate limit is used up, or AWS did not answer. 0: it does not wait.",
    }),
    connections: z.array(
      z
        .object({
          connectionId,
          accountId: z.string(),
          outcome: z.enum(ITEM_OUTCOMES).meta({ id: 'VerificationRunOutcome' }).nullable().meta({
            description:
              'null: not verified yet. skipped: the connection was deleted or disabled, or its tenant suspended, after the run had started. The explanation is in the lastVerification of the connection.',
          }),
        })
        .meta({ id: 'VerificationRunConnection' }),
    ),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({
    id: 'VerificationRun',
    description: 'The progress of a verification of many connections.',
    examples: [
      {
        id: exampleId('run'),
        tenantId: exampleId('tenant'),
        status: 'running',
        total: 2,
        done: 1,
        verified: 1,
        waitingSeconds: 0,
        connections: [
          { connectionId: exampleId('connection'), accountId: '111122223333', outcome: 'verified' },
          {
            connectionId: 'connection_01h455vb4pex5vsknk084sn02r',
            accountId: '444455556666',
            outcome: null,
          },
        ],
        createdAt: '2026-11-26T12:00:00.000Z',
        finishedAt: null,
      },
    ],
  });

const startRunBody = z
  .strictObject({
    connectionIds: z
      .array(connectionId)
      .min(1, 'must have one connection or more')
      .max(MAX_CONNECTIONS_PER_RUN, `must have ${MAX_CONNECTIONS_PER_RUN} connections or fewer`)
      .optional()
      .meta({ description: 'Left out: all connections that are neither verified nor disabled.' }),
    limit: z
      .number()
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(MAX_CONNECTIONS_PER_RUN, `must be ${MAX_CONNECTIONS_PER_RUN} or less`)
      .default(MAX_CONNECTIONS_PER_RUN)
      .meta({ description: 'Maximum number of connections in this run, the oldest first.' }),
  })
  .meta({ id: 'StartVerificationRunRequest', examples: [{ limit: 100 }] })
  .nullish();

const tags = ['Connections'];

export function verificationRunRoutes(app: App, deps: Deps): void {
  startVerificationRunRoute(app, deps);
  getVerificationRunRoute(app, deps);
}

function startVerificationRunRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/verifications',
    config: { access: 'connections:verify' },
    schema: {
      operationId: 'startVerificationRun',
      summary: 'Start a run that verifies many connections in the background',
      description:
        "Each connection counts against the tenant's rate limit of verifications; the run waits until the limit allows the next one. A tenant has one run at a time: a second one is a conflict. A run survives restarts, and can be read for a day after it has finished.",
      tags,
      params: z.object({ tenantId }),
      body: startRunBody,
      response: { 202: runSchema },
      problems: ['conflict', 'tenant_not_active'],
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { connectionIds = null, limit = MAX_CONNECTIONS_PER_RUN } = request.body ?? {};
      const started = await idempotent(deps, request, async (deps) =>
        toRunBody(
          await startRun(deps, {
            principal,
            actor: actorOf(principal),
            tenantId: request.params.tenantId,
            connectionIds,
            limit,
          }),
          deps.clock.now(),
        ),
      );
      return reply.code(202).send(started);
    },
  });
}

function getVerificationRunRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/verifications/:runId',
    config: { access: 'tenants:read' },
    schema: {
      operationId: 'getVerificationRun',
      summary: 'Get the progress and the outcomes of a verification run',
      description: 'A run can be read for a day after it has finished.',
      tags,
      params: z.object({ tenantId, runId }),
      querystring: z.strictObject({}),
      response: { 200: runSchema },
    },
    handler: async (request) =>
      toRunBody(await getRun(deps, { principal: principalOf(request), ...request.params }), deps.clock.now()),
  });
}
