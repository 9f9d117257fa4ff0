import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer; `drop` breaks the connection instead, `hang` never answers. */
export type Scripted = { status: number; headers?: Record<string, string>; body?: unknown } | 'drop' | 'hang';

export interface ScriptedServer {
  url: string;
  received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
  close(): Promise<void>;
}

/** A real HTTP server that gives one answer after the other; the last one for ever. */
export async function scriptedServer(...script: [Scripted, ...Scripted[]]): Promise<ScriptedServer> {
  const received: ScriptedServer['received'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const answer = script[Math.min(received.length, script.length - 1)] as Scripted;
    received.push({ method, url, headers, body });
    if (answer === 'hang') return;
    if (answer === 'drop') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A problem as the service sends it, to be tried again at once when it may be. */
export function problem(code: string, status: number, headers: Record<string, string> = {}): Scripted {
  const body = { type: 'about:blank', title: 'x', status, detail: 'as told', code, requestId: 'req-1' };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '0', ...headers },
    body,
  };
}
