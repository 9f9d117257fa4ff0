import http from 'node:http';
import https from 'node:https';

export interface FetchOptions {
  /** Time limit for the complete response, including the body. */
  timeoutMs: number;
  maxBytes: number;
  /** Opens the connections, for example through a proxy. Default: directly. */
  agent?: http.Agent | undefined;
  /** The media type to ask for. Default: any. */
  accept?: string;
}

/**
 * GETs a small document. It does not follow redirects, because only the given URL is trusted.
 * @throws Error unless the response is complete and has status 200
 */
export async function fetchText(url: string, options: FetchOptions): Promise<string> {
  const { timeoutMs, maxBytes, agent, accept = '*/*' } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // Without compression, a small response cannot expand into a huge one.
    const response = await request(url, {
      agent,
      signal,
      headers: { accept, 'accept-encoding': 'identity' },
    });
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
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw signal.aborted ? new Error(`${url} exceeded the timeout of ${timeoutMs} ms`) : error;
  }
}

function request(url: string, options: https.RequestOptions): Promise<http.IncomingMessage> {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    get(url, options, resolve)
      .on('error', reject)
      // Status 101 closes the request without a response and without an error.
      .on('close', () => reject(new Error(`${url} closed the connection without a response`)));
  });
}
