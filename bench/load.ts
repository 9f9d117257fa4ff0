import autocannon from 'autocannon';

export interface Request {
  path: string;
  key: string;
  body?: string;
}

export interface LoadResult {
  requestsPerSecond: number;
  responses: number;
  /** Responses with 503, in place of a 200. */
  overloaded: number;
  p50Ms: number;
  p99Ms: number;
}

type LoadOptions = {
  connections: number;
  requests: Request[];
  /** Whether a 503 is a correct response too. */
  mayOverload?: boolean;
} & ({ seconds: number } | { amount: number });

/**
 * Generates load over the given number of connections, which share the requests.
 * @throws Error when any response is not the expected one, because fast errors would count as throughput
 */
export async function load(url: string, options: LoadOptions): Promise<LoadResult> {
  const { connections, requests, mayOverload = false } = options;
  const httpRequests = requests.map(toHttp);
  let nextConnection = 0;
  const startedAt = performance.now();
  let lastResponseAt = startedAt;
  let overloaded = 0;
  const autocannonOptions: autocannon.Options = {
    url,
    connections,
    ...('seconds' in options ? { duration: options.seconds } : { amount: options.amount }),
    timeout: 60,
    setupClient(client) {
      client.setRequests(requestsOfConnection(httpRequests, nextConnection++, connections));
    },
    requests: httpRequests.slice(0, 1),
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(autocannonOptions, (error, result) => (error ? reject(error) : resolve(result)));
    // Measured here, because autocannon rounds its own duration up to whole seconds.
    run.on('response', (_client, status) => {
      if (mayOverload && status === 503) overloaded++;
      lastResponseAt = performance.now();
    });
  });
  const failures = result.non2xx - overloaded + result.errors + result.timeouts;
  if (failures > 0)
    throw new Error(`${failures} of ${result.requests.total} requests were not answered with a 200`);
  return {
    requestsPerSecond: ((result.requests.total - overloaded) / (lastResponseAt - startedAt)) * 1000,
    responses: result.requests.total - overloaded,
    overloaded,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

/**
 * Returns every n-th request, where n is the number of connections. autocannon builds the requests of all connections
 * at the start, so giving each connection the whole list would be measured too. With fewer requests than connections,
 * each connection gets them all.
 */
function requestsOfConnection(
  requests: autocannon.Request[],
  connection: number,
  connections: number,
): autocannon.Request[] {
  const own = requests.filter((_, i) => i % connections === connection % connections);
  return own.length > 0 ? own : requests;
}

export function toHttp({ path, key, body }: Request): autocannon.Request {
  return {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  };
}
