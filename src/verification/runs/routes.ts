import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { principalOf } from '../../http/authorize.ts';
import { once } from '../../http/idempotency.ts';
import { connectionId, problems, runId, tenantId, timestamp } from '../../http/schemas.ts';
import { actorOf } from '../../identity/principal.ts';
import { getRun } from './get.ts';
import { startRun } from './start.ts';
import { ITEM_OUTCOMES, MOST_IN_RUN, toRunBody } from './verification-run.ts';

const run = z
  .object({
    id: runId,
    tenantId,
    status: z.enum(['running', 'finished']),
    total: z.number().int().meta({ description: 'Connections to verify.' }),
    done: z.number().int().meta({ description: 'Those with an outcome.' }),
    verified: z.number().int().meta({ description: 'Those whose role demands the external ID.' }),
    waitingSeconds: z.number().int().meta({
      description: "0, or the seconds until it goes on: the tenant's limit is used up, or AWS is busy.",
    }),
    connections: z.array(
      z.object({
        connectionId,
        accountId: z.string(),
        outcome: z.enum(ITEM_OUTCOMES).nullable().meta({
          description:
            'null: its turn has not come. skipped: it was deleted or disabled meanwhile, or its tenant suspended. The explanation stands with the connection.',
        }),
      }),
    ),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'VerificationRun' });

const tags = ['Connections'];

export function verificationRunRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/verifications',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Verify many connections; it goes on by itself, and its progress can be read',
      description:
        "Each counts against the tenant's limit of verifications in a minute, and the rest waits until the limit allows it. One run of a tenant at a time: a second one is a conflict. It survives restarts, and can be read for a day after its end.",
      tags,
      params: z.object({ tenantId }),
      body: z
        .strictObject({
          connectionIds: z
            .array(connectionId)
            .min(1, 'must have one connection or more')
            .max(MOST_IN_RUN, `must have ${MOST_IN_RUN} connections or fewer`)
            .optional()
            .meta({ description: 'Left out: every connection that is neither verified nor disabled.' }),
          limit: z
            .number()
            .int('must be a whole number')
            .min(1, 'must be 1 or more')
            .max(MOST_IN_RUN, `must be ${MOST_IN_RUN} or less`)
            .default(MOST_IN_RUN)
            .meta({ description: 'The most connections of this run, the oldest first.' }),
        })
        .nullish(),
      response: { 202: run, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { connectionIds = null, limit = MOST_IN_RUN } = request.body ?? {};
      const started = await once(deps, request, async (deps) =>
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

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/verifications/:runId',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read how far a verification of many connections has come',
      tags,
      params: z.object({ tenantId, runId }),
      querystring: z.strictObject({}),
      response: { 200: run, ...problems },
    },
    handler: async (request) =>
      toRunBody(await getRun(deps, { principal: principalOf(request), ...request.params }), deps.clock.now()),
  });
}
