import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import path from 'node:path';

/** A proxy on loopback that forwards every connection and request to one port, whatever host it is for. */
export interface TestProxy {
  port: number;
  /** The host and port of each CONNECT, and the URL of each forwarded http request. */
  targets: string[];
  /** The Proxy-Authorization header of each request. */
  authorizations: (string | undefined)[];
  /** If not null, the proxy responds to each CONNECT with this status and body. */
  refusal: { status: number; body: string } | null;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    proxy.targets.push(request.url ?? '');
    const { method, headers } = request;
    const { pathname, search } = new URL(request.url ?? '');
    const forwarded = httpRequest(
      { port: targetPort, method, headers, path: pathname + search },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(forwarded);
  });
  server.on('connect', (request, client: Socket) => {
    proxy.targets.push(request.url ?? '');
    proxy.authorizations.push(request.headers['proxy-authorization']);
    if (proxy.refusal) {
      const { status, body } = proxy.refusal;
      client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    const target = connect(targetPort, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const socket of [client, target]) sockets.add(socket.on('error', () => socket.destroy()));
    client.pipe(target).pipe(client);
  });
  const port = await listenOnLoopback(server);
  const proxy: TestProxy = {
    port,
    targets: [],
    authorizations: [],
    refusal: null,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return closeServer(server);
    },
  };
  return proxy;
}

/** An https server whose certificate is valid for `*.example.com`, in the file `certificate`. */
export async function startHttpsServer(folder: string, listener: RequestListener) {
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
      .concat(['-subj', '/CN=test', '-addext', 'subjectAltName=DNS:*.example.com'])
      .concat(['-keyout', key, '-out', certificate]),
    { stdio: 'pipe' },
  );
  const server = createHttpsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, listener);
  return { port: await listenOnLoopback(server), certificate, close: () => closeServer(server) };
}

async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
