import type { Attributes } from '@opentelemetry/api';

/** One operation of a trace. */
export interface TraceSpan {
  traceId: string;
  /** Runs work so that the spans which begin in it belong to this one. */
  run(work: () => void): void;
  /** @param errorType a class of error such as a code, never a message, which may contain a secret */
  end(result: { errorType: string | null; attributes?: Attributes }): void;
}

export interface Tracing {
  /** Begins the span of a request. Its parent is the caller's, if the headers name one. */
  startRequest(name: string, headers: Readonly<Record<string, unknown>>, attributes: Attributes): TraceSpan;
  /** Begins a span within the current one; null: there is none, as in background jobs. */
  startChild(name: string, attributes: Attributes): TraceSpan | null;
  /** Sends what is left, and ends. */
  stop(): Promise<void>;
}

/** One for the process, as in OpenTelemetry itself, since the database and STS are opened before the service is. */
let tracing: Tracing | null = null;

export function setTracing(next: Tracing | null): void {
  tracing = next;
}

export const getTracing = (): Tracing | null => tracing;

/** Begins a span of a call to another system; null if traces are off, or outside a request. */
export const startChildSpan = (name: string, attributes: Attributes): TraceSpan | null =>
  tracing?.startChild(name, attributes) ?? null;

/** Runs work in a span of its own. */
export async function withSpan<T>(
  {
    name,
    attributes,
    errorTypeOf,
  }: { name: string; attributes: Attributes; errorTypeOf(error: unknown): string },
  work: () => Promise<T>,
): Promise<T> {
  const span = startChildSpan(name, attributes);
  if (span === null) return work();
  try {
    const result = await work();
    span.end({ errorType: null });
    return result;
  } catch (error) {
    span.end({ errorType: errorTypeOf(error) });
    throw error;
  }
}
