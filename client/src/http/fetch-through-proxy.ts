import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import tls from 'node:tls';

export interface ProxiedRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/**
 * Sends a request through a proxy; it returns like `fetch` with `redirect: 'manual'`. For https the proxy forwards
 * encrypted bytes only, so it sees neither key nor credentials.
 * @throws Error if the proxy cannot be reached or refuses the connection
 */
export async function fetchThroughProxy(
  proxyUrl: string,
  url: URL,
  request: ProxiedRequest,
): Promise<Response> {
  const { method, headers, signal } = request;
  const proxy = new URL(proxyUrl);
  if (url.protocol !== 'https:') {
    const proxyHeaders = { ...headers, host: url.host, ...authorization(proxy) };
    const target = { method, headers: proxyHeaders, signal, path: url.href };
    return respond(clientOf(proxy).request(proxy, target), request.body);
  }
  const socket = await openTunnel(proxy, url, signal);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const createConnection = () => tls.connect({ socket, ...(!isIP(host) && { servername: host }), host });
  return respond(https.request(url, { method, headers, signal, createConnection }), request.body);
}

/** Asks the proxy for a connection to the host (RFC 9110, section 9.3.6). */
function openTunnel(proxy: URL, { hostname, port }: URL, signal: AbortSignal): Promise<Socket> {
  const path = `${hostname}:${port || 443}`;
  const headers = { host: path, ...authorization(proxy) };
  return new Promise((resolve, reject) => {
    clientOf(proxy)
      .request(proxy, { method: 'CONNECT', path, headers, signal, agent: false })
      .once('connect', ({ statusCode }, socket: Socket) => {
        if (statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(`the proxy refused the connection with status ${statusCode}`));
      })
      .once('response', ({ statusCode }) =>
        reject(new Error(`the proxy refused the connection with status ${statusCode}`)),
      )
      .once('error', reject)
      .end();
  });
}

function respond(request: http.ClientRequest, body: string | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (message) => {
      const { statusCode: status = 0 } = message;
      const headers = new Headers();
      for (let i = 0; i < message.rawHeaders.length; i += 2)
        headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '');
      const hasBody = status !== 204 && status !== 304;
      if (!hasBody) message.resume();
      resolve(
        new Response(hasBody ? (Readable.toWeb(message) as ReadableStream) : null, { status, headers }),
      );
    });
    request.end(body);
  });
}

function clientOf(proxy: URL): typeof http | typeof https {
  return proxy.protocol === 'https:' ? https : http;
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
