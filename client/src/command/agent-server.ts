import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CountersignError, saidOf } from '../error.ts';
import type { CredentialSource } from '../provider/credential-source.ts';
import type { CountersignCredentialIdentity } from '../provider/identity.ts';
import { containerCredentials } from './formats.ts';

/** The only address: whoever is not on this machine has no way in, and none can be configured. */
const LOOPBACK = '127.0.0.1';
const PATH = '/credentials';

export interface AgentServer {
  /** For `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  url: string;
  /** For `AWS_CONTAINER_AUTHORIZATION_TOKEN`: 256 random bits, for as long as the agent runs. */
  token: string;
  close(): Promise<void>;
}

interface Needs {
  source: Pick<CredentialSource<CountersignCredentialIdentity>, 'get'>;
  port: number;
}

/** Serves one connection's container credentials. @throws Error with a `code` when the port cannot be had */
export async function startAgentServer({ source, port }: Needs): Promise<AgentServer> {
  const token = randomBytes(32).toString('base64url');
  const guard = { token: digest(token), hosts: new Set<string>() };
  const server = createServer((request, response) => {
    answer(request, guard, source).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 500, fault('internal_error', (error as Error).message)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  for (const name of [LOOPBACK, 'localhost']) guard.hosts.add(`${name}:${listening}`);
  return {
    url: `http://${LOOPBACK}:${listening}${PATH}`,
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

async function answer(
  request: IncomingMessage,
  guard: { token: Buffer; hosts: ReadonlySet<string> },
  source: Needs['source'],
): Promise<Reply> {
  // A page whose name was made to point here (DNS rebinding) comes with its own name.
  if (!guard.hosts.has(request.headers.host ?? '')) return refusal(403, 'forbidden', 'Ask for 127.0.0.1.');
  if (!timingSafeEqual(digest(request.headers.authorization ?? ''), guard.token)) {
    return refusal(
      401,
      'unauthorized',
      "The agent's own token is missing or wrong. Has the agent been restarted?",
    );
  }
  if (request.url !== PATH) return refusal(404, 'not_found', `There is nothing but ${PATH}.`);
  if (request.method !== 'GET') return refusal(405, 'validation_failed', 'Send a GET.');
  try {
    return { status: 200, body: containerCredentials(await source.get()) };
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return refusal(error.status ?? 503, error.code, saidOf(error.detail, error.errors));
  }
}

function refusal(status: number, code: string, message: string): Reply {
  return { status, body: fault(code, message) };
}

/** As AWS SDKs print it. */
function fault(Code: string, Message: string) {
  return { Code, Message };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Of equal length, whatever is sent, so that comparing tells nothing by its time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
