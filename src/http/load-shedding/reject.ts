import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Log } from '../../lib/log.ts';
import { overloaded } from './overloaded.ts';
import type { RequestClass, RequestKind } from './request-kinds.ts';

export interface RejectionOptions {
  baseUrl(): string;
  requestIdOf(request: IncomingMessage): string;
  /** Whether clients must not reuse their connections. */
  isDraining(): boolean;
}

/** Answers a request with 503 `overloaded`. The connection stays open, and Node.js discards the rest of the request. */
export function sendOverloaded(
  request: IncomingMessage,
  response: ServerResponse,
  { extraMembers }: RequestClass,
  { baseUrl, requestIdOf, isDraining }: RejectionOptions,
): void {
  const problem = overloaded();
  const requestId = requestIdOf(request);
  const body = JSON.stringify({ ...extraMembers?.(problem), ...problem.toBody(requestId, baseUrl()) });
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': String(problem.retryAfterSeconds),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(isDraining() && { connection: 'close' }),
  });
  response.end(body);
}

const LOG_EVERY_MS = 10_000;

/** Returns a function that logs that requests are rejected, and how many, but not each of them. */
export function createSheddingLog(log: Log): (kind: RequestKind) => void {
  let rejectedSinceLastLine = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (kind) => {
    rejectedSinceLastLine++;
    const now = performance.now();
    if (now - loggedAt < LOG_EVERY_MS) return;
    log.warn({ kind, rejectedSinceLastLine }, 'overloaded: requests are rejected');
    loggedAt = now;
    rejectedSinceLastLine = 0;
  };
}
