import pg from 'pg';
import { startChildSpan, type TraceSpan } from '../observability/traces/tracing.ts';
import { sqlState } from './database-error.ts';

type Callback = (error: Error | null, result: unknown) => void;

/** A connection whose statements are spans of the request that sends them. Their text and their values are no attributes. */
export class TracedClient extends pg.Client {
  // Its signatures are those of the driver: with or without values, with a callback or a promise.
  // biome-ignore lint/suspicious/noExplicitAny: the driver declares seven overloads, which differ in what they return
  override query(...parameters: any[]): any {
    const span = startSpan(parameters[0]);
    const send = super.query as (...parameters: unknown[]) => unknown;
    if (span === null) return send.apply(this, parameters);
    const callback = parameters.at(-1);
    if (typeof callback === 'function') {
      parameters[parameters.length - 1] = endThenCall(span, callback as Callback);
      return send.apply(this, parameters);
    }
    const result = send.apply(this, parameters);
    if (result instanceof Promise)
      result.then(
        () => span.end({ errorType: null }),
        (error) => span.end({ errorType: errorTypeOf(error) }),
      );
    else span.end({ errorType: null });
    return result;
  }
}

function startSpan(statement: unknown): TraceSpan | null {
  const { text, name } = (typeof statement === 'string' ? { text: statement } : statement) as {
    text?: string;
    name?: string;
  };
  const operation = /^\s*(\w+)/.exec(text ?? '')?.[1]?.toUpperCase() ?? 'QUERY';
  return startChildSpan(`postgresql ${operation}`, {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(name !== undefined && { 'db.query.summary': name }),
  });
}

function endThenCall(span: TraceSpan, callback: Callback): Callback {
  return (error, result) => {
    span.end({ errorType: error ? errorTypeOf(error) : null });
    callback(error, result);
  };
}

const errorTypeOf = (error: unknown): string => sqlState(error) ?? 'connection_error';
