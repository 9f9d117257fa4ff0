import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { trimTrailingSlashes } from '../../lib/urls.ts';
import type { TraceSpan, Tracing } from './tracing.ts';

/** A collector that does not respond must not hold up the shutdown. */
const EXPORT_TIMEOUT_MS = 3_000;

/** Opens an exporter. Headers, sampling and the service's name are those of OpenTelemetry's own variables (OTEL_…). */
export function openTracing(otlpEndpoint: string, version: string): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${trimTrailingSlashes(otlpEndpoint)}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'countersign', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  provider.register();
  const tracer = provider.getTracer('countersign', version);
  return {
    startRequest(name, headers, attributes) {
      const parent = propagation.extract(context.active(), headers);
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
      return toTraceSpan(span, trace.setSpan(parent, span));
    },
    startChild(name, attributes) {
      const parent = context.active();
      if (trace.getSpan(parent) === undefined) return null;
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
      return toTraceSpan(span, trace.setSpan(parent, span));
    },
    async stop() {
      // A collector that cannot be reached is no reason for a stop to fail.
      await provider.shutdown().catch(() => undefined);
      for (const api of [trace, context, propagation]) api.disable();
    },
  };
}

function toTraceSpan(span: Span, spanContext: Context): TraceSpan {
  return {
    traceId: span.spanContext().traceId,
    run: (work) => context.with(spanContext, work),
    end({ errorType, attributes = {} }) {
      span.setAttributes(attributes);
      if (errorType !== null) {
        span.setAttribute('error.type', errorType);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}
