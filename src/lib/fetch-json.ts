import http from 'node:http';
import https from 'node:https';

interface FetchJsonOptions {
  /** Time limit for the complete response, including the body. */
  timeoutMs: number;
  maxBytes: number;
  /** Opens the connections, for example through a proxy. Default: directly. */
  agent?: http.Agent | undefined;
}

/**
 * GETs a small JSON document. It does not follow redirects, because only the given URL is trusted.
 * @throws Error unless the response is a complete JSON document with status 200
 */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<unknown> {
  const { timeoutMs, maxBytes, agent } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, { agent, signal });
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`${url} returned status ${response.statusCode}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`${url} returned more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw signal.aborted ? new Error(`${url} exceeded the timeout of ${timeoutMs} ms`) : error;
  }
}

function request(url: string, options: https.RequestOptions): Promise<http.IncomingMessage> {
  const { get } = url.startsWith('https:') ? https : http;
  // Without compression, a small response cannot expand into a huge one.
  const headers = { accept: 'application/json', 'accept-encoding': 'identity' };
  return new Promise((resolve, reject) => {
    get(url, { ...options, headers }, resolve).on('error', reject);
  });
}
