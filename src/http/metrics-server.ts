import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { type Listening, listen } from './listen.ts';

/**
 * Listens for the app, and for `/metrics` on a port of its own if it has one: it can be kept private while the API is
 * public. Metrics are served during shutdown too, until all other requests are finished.
 */
export async function listenWithMetrics(
  app: FastifyInstance,
  { registry }: Pick<Metrics, 'registry'>,
  { host, port, metricsPort }: { host: string; port: number; metricsPort: number | null },
): Promise<Listening & { metricsUrl: string | null }> {
  const api = await listen(app, { host, port });
  if (metricsPort === null) return { ...api, metricsUrl: null };
  const metrics = await listen(createMetricsApp(registry), { host, port: metricsPort }).catch(
    async (error) => {
      await api.close();
      throw error;
    },
  );
  return {
    ...api,
    metricsUrl: metrics.url,
    async close() {
      await api.close();
      await metrics.close();
    },
  };
}

function createMetricsApp(registry: Metrics['registry']): FastifyInstance {
  const app = Fastify({ requestTimeout: 10_000, return503OnClosing: false });
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics()),
  );
  return app;
}
