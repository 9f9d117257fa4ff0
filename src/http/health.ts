import { z } from 'zod';
import type { DatabaseMonitor } from '../database/database-monitor.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { App } from './app-type.ts';

/** Whether this process should be given requests: it has a database, and it is not about to end. */
export interface Readiness {
  draining: boolean;
}

const tags = ['Operations'];

interface HealthDeps {
  databaseMonitor: Pick<DatabaseMonitor, 'isAvailable'>;
}

/** Liveness and readiness: public, and with nothing of any tenant in them. */
export function healthRoutes(app: App, deps: HealthDeps, readiness: Readiness): void {
  getLivenessRoute(app);
  getReadinessRoute(app, deps, readiness);
}

function getLivenessRoute(app: App): void {
  app.route({
    method: 'GET',
    url: '/livez',
    config: { load: 'unlimited' },
    schema: {
      operationId: 'getLiveness',
      summary: 'Check whether the process is alive',
      description: 'For the liveness probe of an orchestrator. The database is not asked.',
      tags,
      response: {
        200: z
          .object({ status: z.enum(['alive']) })
          .meta({ id: 'Liveness', description: 'The process is alive.', examples: [{ status: 'alive' }] }),
      },
    },
    handler: async () => ({ status: 'alive' as const }),
  });
}

function getReadinessRoute(app: App, { databaseMonitor }: HealthDeps, readiness: Readiness): void {
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { load: 'unlimited' },
    schema: {
      operationId: 'getReadiness',
      summary: 'Check whether the process can serve requests',
      description:
        'For a readiness probe or a load balancer: 503 during shutdown, and while the database accepts no audit event, without which no credentials are issued.',
      tags,
      response: {
        200: z.object({ status: z.enum(['ready']) }).meta({
          id: 'Ready',
          description: 'The process serves requests.',
          examples: [{ status: 'ready' }],
        }),
        503: z.object({ status: z.enum(['draining', 'database unavailable']) }).meta({
          id: 'NotReady',
          description: 'The process should not be sent requests.',
          examples: [{ status: 'draining' }],
        }),
      },
    },
    handler: async (_request, reply) => {
      if (readiness.draining) return reply.code(503).send({ status: 'draining' });
      if (await databaseMonitor.isAvailable()) return { status: 'ready' as const };
      return reply.code(503).send({ status: 'database unavailable' });
    },
  });
}

/** Public too, unless the metrics have a port of their own. */
export function getMetricsRoute(
  app: App,
  { metrics }: { metrics: Pick<Metrics, 'registry' | 'readText'> },
): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { load: 'unlimited' },
    schema: {
      operationId: 'getMetrics',
      summary: 'Get metrics for Prometheus',
      description: 'Counters and histograms of the service, at most a second old. They name no tenant.',
      tags,
      response: {
        200: {
          description: 'Metrics in the text format of Prometheus.',
          content: {
            'text/plain': {
              schema: z.string(),
              example: '# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1790000000\n',
            },
          },
        },
      },
    },
    handler: async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.readText()),
  });
}
