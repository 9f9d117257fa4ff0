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
 * Keeps so many connections busy, each going through a share of the requests.
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
  const startedAt = performance.now();
  let lastAnswerAt = startedAt;
  const options: autocannon.Options = {
    url,
    connections,
    ...('seconds' in length ? { duration: length.seconds } : { amount: length.amount }),
    timeout: 60,
    setupClient(client) {
      client.setRequests(share(requests, next++, connections).map(toHttp));
    },
    requests: [toHttp(requests[0] as Request)],
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    // Its own duration is counted in whole samples of a second.
    run.on('response', () => {
      lastAnswerAt = performance.now();
    });
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0)
    throw new Error(`${failed} of ${result.requests.total} requests were not answered with a 200`);
  return {
    requestsPerSecond: (result.requests.total / (lastAnswerAt - startedAt)) * 1000,
    answers: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/**
 * What one connection asks for, again and again: every n-th request of the list, n being the number of connections. Each has its own, since autocannon builds all
 * of them when it begins, and that would be measured too; one that is asked for alone is everybody's.
 */
function share(requests: Request[], connection: number, connections: number): Request[] {
  const own = requests.filter((_, i) => i % connections === connection % connections);
  return own.length > 0 ? own : requests;
}

function toHttp({ path, key, body }: Request): autocannon.Request {
  return {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  };
}
