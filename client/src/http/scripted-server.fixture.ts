import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listeningPort } from './listening-port.ts';

/** A response; `drop` closes the connection instead of responding, `hang` leaves the request unanswered. */
export type ScriptedResponse =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'drop'
  | 'hang';

export interface ScriptedServer {
  url: string;
  received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
  close(): Promise<void>;
}

/** Starts an HTTP server that sends the responses in turn and then repeats the last one. */
export async function startScriptedServer(...script: ScriptedResponse[]): Promise<ScriptedServer> {
  const received: ScriptedServer['received'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const scripted = script[received.length] ?? script.at(-1);
    received.push({ method, url, headers, body });
    if (scripted === undefined || scripted === 'hang') return;
    if (scripted === 'drop') {
      response.destroy();
      return;
    }
    response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers });
    response.end(typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${listeningPort(server)}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A problem in the service's format. By default its `Retry-After` is 0, so that tests need not wait for a retry. */
export function problem(
  code: string,
  status: number,
  headers: Record<string, string> = {},
): ScriptedResponse {
  const body = { type: 'about:blank', title: 'x', status, detail: 'the detail', code, requestId: 'req-1' };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '0', ...headers },
    body,
  };
}
