import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CountersignError, formatDetail } from '../../error.ts';
import { listeningPort } from '../../http/listening-port.ts';
import type { CredentialSource } from '../../provider/credential-source.ts';
import type { CountersignCredentialIdentity } from '../../provider/fetch-credentials.ts';
import { toContainerCredentials } from './formats.ts';

/** Not configurable, so that the agent can never be reached from another machine. */
const LOOPBACK = '127.0.0.1';
const PATH = '/credentials';

export interface AgentServer {
  /** The value for `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  url: string;
  /** The value for `AWS_CONTAINER_AUTHORIZATION_TOKEN`: 256 random bits, new for each start of the agent. */
  token: string;
  close(): Promise<void>;
}

interface AgentServerOptions {
  source: Pick<CredentialSource<CountersignCredentialIdentity>, 'get'>;
  port: number;
}

/**
 * Starts an HTTP server that serves one connection's container credentials.
 * @throws NodeJS.ErrnoException if it cannot listen on the port
 */
export async function startAgentServer({ source, port }: AgentServerOptions): Promise<AgentServer> {
  const token = randomBytes(32).toString('base64url');
  const expected = { tokenDigest: sha256(token), hosts: new Set<string>() };
  const server = createServer((request, response) => {
    handleRequest(request, expected, source).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 500, errorBody('internal_error', (error as Error).message)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const actualPort = listeningPort(server);
  for (const name of [LOOPBACK, 'localhost']) expected.hosts.add(`${name}:${actualPort}`);
  return {
    url: `http://${LOOPBACK}:${actualPort}${PATH}`,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  status: number;
  body: object;
}

async function handleRequest(
  request: IncomingMessage,
  expected: { tokenDigest: Buffer; hosts: ReadonlySet<string> },
  source: AgentServerOptions['source'],
): Promise<Reply> {
  // After DNS rebinding, a web page's host name resolves to 127.0.0.1, but the browser still sends that name as Host.
  if (!expected.hosts.has(request.headers.host ?? '')) {
    return errorReply(403, 'forbidden', 'The agent only accepts requests for 127.0.0.1 or localhost.');
  }
  if (!timingSafeEqual(sha256(request.headers.authorization ?? ''), expected.tokenDigest)) {
    return errorReply(
      401,
      'unauthorized',
      "The agent's token is missing or wrong. It changes whenever the agent restarts.",
    );
  }
  if (request.url !== PATH) return errorReply(404, 'not_found', `The agent only serves ${PATH}.`);
  if (request.method !== 'GET') return errorReply(405, 'validation_failed', 'The agent only accepts GET.');
  try {
    return { status: 200, body: toContainerCredentials(await source.get()) };
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return errorReply(error.status ?? 503, error.code, formatDetail(error.detail, error.errors));
  }
}

function errorReply(status: number, code: string, message: string): Reply {
  return { status, body: errorBody(code, message) };
}

/** The two fields that AWS SDKs print of an error response. */
function errorBody(Code: string, Message: string) {
  return { Code, Message };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Hashing gives both tokens the same length, which `timingSafeEqual` requires, and hides the length of the expected one. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
