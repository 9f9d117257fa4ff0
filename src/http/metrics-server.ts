import Fastify from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { type Listening, listen } from './listen.ts';

/** Serves `/metrics` on a port of its own, which can be kept private while the API is public. */
export async function startMetricsServer(
  { registry }: Pick<Metrics, 'registry'>,
  address: { host: string; port: number },
): Promise<Listening> {
  const app = Fastify({ requestTimeout: 10_000, return503OnClosing: false });
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics()),
  );
  return listen(app, address);
}
