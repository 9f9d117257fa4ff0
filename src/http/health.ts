import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/database.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Whether this process should be given requests: it has a database, and it is not about to end. */
export interface Readiness {
  draining: boolean;
}

/** How a route that needs no key is described. */
const open = (summary: string) => ({ summary, tags: ['Operations'], security: [] });

/** Liveness, readiness and metrics: public, and with nothing of any tenant in them. */
export function healthRoutes(
  app: FastifyInstance,
  deps: { database: Database; metrics: Pick<Metrics, 'registry'> },
  readiness: Readiness,
): void {
  app.get('/livez', { schema: open('Whether the process is alive') }, async () => ({ status: 'alive' }));

  app.get(
    '/readyz',
    { schema: open('Whether it can serve: 503 without a database, and while it ends') },
    async (request, reply) => {
      if (readiness.draining) return reply.code(503).send({ status: 'draining' });
      try {
        await deps.database.ping();
        return { status: 'ready' };
      } catch (err) {
        request.log.warn({ err }, 'not ready: the database does not answer');
        return reply.code(503).send({ status: 'database unavailable' });
      }
    },
  );

  app.get('/metrics', { schema: open('Metrics for Prometheus') }, async (_request, reply) => {
    const { registry } = deps.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
