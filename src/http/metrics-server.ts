import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { type Listening, listen } from './listen.ts';

/**
 * Listens for the app, and for `/metrics` on a port of its own if it has one: it can be kept private while the API is
 * public. Metrics are served during shutdown too, until all other requests are finished.
 */
export async function listenWithMetrics(
  app: FastifyInstance,
  metrics: Pick<Metrics, 'registry' | 'readText'>,
  { host, port, metricsPort }: { host: string; port: number; metricsPort: number | null },
): Promise<Listening & { metricsUrl: string | null }> {
  const api = await listen(app, { host, port });
  if (metricsPort === null) return { ...api, metricsUrl: null };
  const metricsServer = await listen(createMetricsApp(metrics), { host, port: metricsPort }).catch(
    async (error) => {
      await api.close();
      throw error;
    },
  );
  return {
    ...api,
    metricsUrl: metricsServer.url,
    async close() {
      await api.close();
      await metricsServer.close();
    },
  };
}

function createMetricsApp({ registry, readText }: Pick<Metrics, 'registry' | 'readText'>): FastifyInstance {
  const app = Fastify({ requestTimeout: 10_000, return503OnClosing: false });
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await readText()),
  );
  return app;
}
