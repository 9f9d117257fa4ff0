import http from 'node:http';
import https from 'node:https';

interface FetchLimits {
  /** Opens the connections, for example through a proxy. */
  agent: http.Agent;
  maxBytes: number;
}

/** The part of the Fetch API's options that libraries for OAuth use. */
interface RequestInit {
  method: string;
  headers: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Returns a function with the interface of `fetch`, whose connections an agent of `node:http` opens: the global `fetch`
 * ignores the proxies of the configuration. It does not follow redirects, and rejects responses that are too long.
 */
export function fetchThroughAgent(
  limits: FetchLimits,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, { method, headers, body, signal }) => {
    const { request } = url.startsWith('https:') ? https : http;
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, {
        method,
        // Without compression, a small response cannot expand into a huge one.
        headers: { ...headers, 'accept-encoding': 'identity' },
        agent: limits.agent,
        ...(signal && { signal }),
      });
      outgoing.on('response', resolve).on('error', reject);
      outgoing.end(body === undefined || body === null ? undefined : String(body));
    });
    return toResponse(response, limits.maxBytes);
  };
}

async function toResponse(message: http.IncomingMessage, maxBytes: number): Promise<Response> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const status = message.statusCode ?? 502;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Response(hasBody ? Buffer.concat(chunks) : null, { status, headers });
}
