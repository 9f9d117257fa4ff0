import { type Access, resolveEndpoint } from '../environment.ts';
import { CountersignError } from '../error.ts';
import { VERSION } from '../version.ts';
import { errorOf } from './answer.ts';
import { withRetries } from './retry.ts';

/** How requests are sent. */
export interface ClientOptions extends Access {
  /** The longest that one attempt may take, in seconds, its answer's last byte included. @default 30 */
  timeoutSeconds?: number | undefined;
  /**
   * How often a request is repeated that may be: reads, deletions and POSTs, which carry an `Idempotency-Key`, after
   * 429, 502, 503, 504 or no answer. @default 3
   */
  maxRetries?: number | undefined;
  /** Sends the requests, in place of the global `fetch`: for proxies, private certificate authorities, logs. */
  fetch?: typeof fetch | undefined;
}

/** What can be said for one request. */
export interface RequestOptions {
  /** Ends the request, and the wait before the next attempt; the promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  timeoutSeconds?: number | undefined;
  maxRetries?: number | undefined;
  /** For POST: your own key, to make one request of several calls; without one, each call makes a key of its own. */
  idempotencyKey?: string | undefined;
}

export interface Outgoing {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Path and query. */
  path: string;
  body?: unknown;
  headers: Record<string, string>;
  /** Whether it does no harm when it arrives twice. */
  repeatable: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MAX_RETRIES = 3;

/**
 * Sends a request until it is answered or may not be repeated, and reads the answer within the time limit.
 * @throws CountersignError; the signal's reason when it was aborted
 */
export async function send<T>(
  client: ClientOptions,
  outgoing: Outgoing,
  options: RequestOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const timeoutSeconds = options.timeoutSeconds ?? client.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const maxRetries = options.maxRetries ?? client.maxRetries ?? DEFAULT_MAX_RETRIES;
  const { signal } = options;
  return withRetries({ maxRetries: outgoing.repeatable ? maxRetries : 0, signal }, async () => {
    signal?.throwIfAborted();
    const { base, key } = await resolveEndpoint(client);
    const limit = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const response = await (client.fetch ?? fetch)(base + outgoing.path, {
        method: outgoing.method.toUpperCase(),
        headers: {
          accept: 'application/json, application/problem+json',
          'user-agent': `countersign-client/${VERSION} node/${process.versions.node}`,
          ...outgoing.headers,
          authorization: `Bearer ${key}`,
          ...(outgoing.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(outgoing.body !== undefined && { body: JSON.stringify(outgoing.body) }),
        // The key must not follow a redirect to somewhere else.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      if (!response.ok) throw await errorOf(response);
      return await read(response);
    } catch (error) {
      signal?.throwIfAborted();
      throw asCountersignError(error, limit, new URL(base).origin, timeoutSeconds);
    }
  });
}

function asCountersignError(
  error: unknown,
  limit: AbortSignal,
  origin: string,
  seconds: number,
): CountersignError {
  if (error instanceof CountersignError) return error;
  if (limit.aborted) {
    return new CountersignError(
      'timeout',
      `Countersign at ${origin} gave no whole answer within ${seconds} s.`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof SyntaxError) {
    return new CountersignError('unexpected_response', `What answers at ${origin} does not speak JSON.`, {
      cause: error,
    });
  }
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return new CountersignError(
    'network_error',
    `Countersign at ${origin} cannot be reached (${code ?? message}).`,
    {
      cause: error,
    },
  );
}
