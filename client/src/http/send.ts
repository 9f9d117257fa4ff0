import { type Endpoint, type EndpointOptions, resolveEndpoint } from '../environment.ts';
import { CountersignError } from '../error.ts';
import { VERSION } from '../version.ts';
import { readErrorResponse } from './error-response.ts';
import { fetchThroughProxy, type ProxiedRequest } from './fetch-through-proxy.ts';
import { withRetries } from './retry.ts';

/** Options for all requests of a client. */
export interface ClientOptions extends EndpointOptions {
  /** Time limit for one attempt in seconds, until the response has been read completely. @default 30 */
  timeoutSeconds?: number | undefined;
  /**
   * How many times a request is retried after no response or status 429, 502, 503 or 504, or while the key file is
   * unavailable. Applies to GET, DELETE and POST; a POST carries an `Idempotency-Key`. PATCH is never retried. @default 3
   */
  maxRetries?: number | undefined;
  /**
   * Replaces the global `fetch`, for example to use a private certificate authority. The proxy variables of the environment
   * (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) then have no effect.
   */
  fetch?: typeof fetch | undefined;
}

/** Options for a single request. They take precedence over the client's. */
export interface RequestOptions {
  /** Aborts the request or the wait before a retry. The promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Time limit for one attempt in seconds. Default: the client's. */
  timeoutSeconds?: number | undefined;
  /** How many times the request is retried. Default: the client's. */
  maxRetries?: number | undefined;
  /**
   * The `Idempotency-Key` of a POST. Several calls with the same key have the effect of one. By default each call has
   * a random key, which all its attempts share.
   */
  idempotencyKey?: string | undefined;
}

export interface ApiRequest {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Path and query. */
  path: string;
  /** A text is sent as it is, with the media type in `headers`, and everything else as JSON. */
  body?: unknown;
  headers: Record<string, string>;
  /** Whether the request may be sent more than once. */
  isIdempotent: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MAX_RETRIES = 3;

/**
 * Sends a request, with retries, and reads the response within the time limit.
 * @throws CountersignError; or the signal's reason after an abort
 */
export async function send<T>(
  client: ClientOptions,
  request: ApiRequest,
  options: RequestOptions,
  readResponse: (response: Response) => Promise<T>,
): Promise<T> {
  const maxRetries = options.maxRetries ?? client.maxRetries ?? DEFAULT_MAX_RETRIES;
  const { signal } = options;
  const attempt = (endpoint: Endpoint): Promise<T> =>
    sendAttempt(client, endpoint, request, options, readResponse);
  return withRetries({ maxRetries: request.isIdempotent ? maxRetries : 0, signal }, async () => {
    const endpoint = await resolveEndpoint(client);
    try {
      return await attempt(endpoint);
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'unauthorized') throw error;
      // A key file that was read while it was being replaced contains only the beginning of the key. The service rejected
      // the request before it had any effect, so it is sent again if the key is another one now.
      const current = await resolveEndpoint(client);
      if (current.key === endpoint.key) throw error;
      return attempt(current);
    }
  });
}

async function sendAttempt<T>(
  client: ClientOptions,
  { baseUrl, key, proxyUrl }: Endpoint,
  request: ApiRequest,
  options: RequestOptions,
  readResponse: (response: Response) => Promise<T>,
): Promise<T> {
  const timeoutSeconds = options.timeoutSeconds ?? client.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const { signal } = options;
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await sendOnce(baseUrl + request.path, client.fetch ? undefined : proxyUrl, {
      ...toRequestInit(request, key),
      fetch: client.fetch ?? fetch,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (!response.ok) throw await readErrorResponse(response);
    return await readResponse(response);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CountersignError) throw error;
    const { origin } = new URL(baseUrl);
    throw timeout.aborted ? timeoutError(error, origin, timeoutSeconds) : transportError(error, origin);
  }
}

function sendOnce(
  url: string,
  proxyUrl: string | undefined,
  { fetch, ...request }: ProxiedRequest & { fetch: typeof globalThis.fetch },
): Promise<Response> {
  if (proxyUrl !== undefined) return fetchThroughProxy(proxyUrl, new URL(url), request);
  // Following a redirect would send the key to another server.
  return fetch(url, { ...request, redirect: 'manual' });
}

function toRequestInit({ method, headers, body }: ApiRequest, key: string): Omit<ProxiedRequest, 'signal'> {
  return {
    method: method.toUpperCase(),
    headers: {
      accept: 'application/json, application/problem+json',
      'user-agent': `countersign-client/${VERSION} node/${process.versions.node}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
      authorization: `Bearer ${key}`,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

function timeoutError(cause: unknown, origin: string, timeoutSeconds: number): CountersignError {
  return new CountersignError(
    'timeout',
    `Countersign at ${origin} did not send a complete response within ${timeoutSeconds} s.`,
    { cause },
  );
}

function transportError(error: unknown, origin: string): CountersignError {
  if (error instanceof SyntaxError) {
    return new CountersignError('unexpected_response', `The response of ${origin} is not JSON.`, {
      cause: error,
    });
  }
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return new CountersignError(
    'network_error',
    `Countersign at ${origin} cannot be reached (${code ?? message}).`,
    { cause: error },
  );
}
