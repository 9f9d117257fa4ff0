import autocannon from 'autocannon';

export interface Request {
  path: string;
  key: string;
  body?: string;
}

export interface Measured {
  requestsPerSecond: number;
  answers: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/**
 * Keeps so many connections busy, each going through all requests from a place of its own.
 * @throws Error when an answer is anything but a 200: a fast refusal is no throughput
 */
export async function load(
  url: string,
  input:
    | { connections: number; requests: Request[]; seconds: number }
    | { connections: number; requests: Request[]; amount: number },
): Promise<Measured> {
  const { connections, requests, ...length } = input;
  let next = 0;
  const result = await autocannon({
    url,
    connections,
    ...('seconds' in length ? { duration: length.seconds } : { amount: length.amount }),
    timeout: 60,
    setupClient(client) {
      // Connections start at places far from each other, so that they do not all ask for the same at once.
      const from = Math.floor((next++ * requests.length) / connections);
      client.setRequests([...requests.slice(from), ...requests.slice(0, from)].map(toHttp));
    },
    requests: [toHttp(requests[0] as Request)],
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0)
    throw new Error(`${failed} of ${result.requests.total} requests were not answered with a 200`);
  return {
    requestsPerSecond: result.requests.total / result.duration,
    answers: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

function toHttp({ path, key, body }: Request): autocannon.Request {
  return {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  };
}
