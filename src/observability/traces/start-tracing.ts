import { setTracing } from './tracing.ts';

/**
 * Sends traces to the OTLP endpoint, if there is one. OpenTelemetry is loaded only then, so that it costs nothing otherwise.
 * @returns a function that sends what is left and ends
 */
export async function startTracing({
  otlpEndpoint,
  version,
}: {
  otlpEndpoint: string | null;
  version: string;
}): Promise<() => Promise<void>> {
  if (otlpEndpoint === null) return async () => undefined;
  const { openTracing } = await import('./open-tracing.ts');
  const tracing = openTracing(otlpEndpoint, version);
  setTracing(tracing);
  return async () => {
    setTracing(null);
    await tracing.stop();
  };
}
