import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getTracing, type TraceSpan } from '../observability/traces/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; null if traces are off. */
    traceSpan: TraceSpan | null;
  }
}

/**
 * Begins a span for each request. Its attributes name the route and never the path or the query, which may contain the
 * secret of a connect link or an external ID.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('traceSpan', null);
  if (getTracing() === null) return;
  app.addHook('onRequest', (request, reply, done) => {
    const span = startSpan(request);
    request.traceSpan = span;
    if (span === null) return done();
    request.log = request.log.child({ traceId: span.traceId });
    reply.log = request.log;
    span.run(done);
  });
  app.addHook('onResponse', async ({ traceSpan }, { statusCode }) => {
    traceSpan?.end({
      errorType: statusCode >= 500 ? String(statusCode) : null,
      attributes: { 'http.response.status_code': statusCode },
    });
  });
}

function startSpan({ method, routeOptions, headers, id }: FastifyRequest): TraceSpan | null {
  const route = routeOptions.url;
  return (
    getTracing()?.startRequest(route === undefined ? method : `${method} ${route}`, headers, {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'countersign.request_id': id,
    }) ?? null
  );
}
