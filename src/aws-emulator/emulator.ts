import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { type BrokerSession, openBrokerSession } from './broker-session.ts';
import { type Fault, Faults } from './faults.ts';
import { type AwsResponse, errorResponse, handleRequest } from './handle-request.ts';
import { Roles } from './iam/roles.ts';
import { AwsError } from './protocol/aws-error.ts';
import type { AwsCredentials, SignedRequest } from './protocol/signature.ts';
import { type RecordedCall, recordCall } from './recorded-call.ts';

/** The AWS emulator: STS and IAM over the AWS query protocol, reachable only on the loopback interface. */
export interface AwsEmulator {
  /** The endpoint of both services, for example `http://127.0.0.1:3001`. */
  readonly url: string;
  readonly port: number;
  readonly faults: Faults;
  /** The last 10,000 calls, oldest first. */
  readonly calls: RecordedCall[];
  /** Returns the credentials of a session of the role `CountersignBroker`, which is created if it does not exist. */
  openBrokerSession(broker: BrokerSession): AwsCredentials;
  /** Closes all connections, including those of calls in progress. */
  close(): Promise<void>;
}

interface AwsEmulatorOptions {
  /** 0, the default, selects any free port. */
  readonly port?: number;
  readonly clock: Clock;
  /** The file that keeps the roles and the secret across restarts. By default they are only in memory. */
  readonly stateFile?: string;
  /** Signs session tokens: emulators that share a secret accept each other's sessions. */
  readonly secret?: string;
}

/** Session tokens are long: each contains the session's tags, up to 50. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024;
const MAX_RECORDED_CALLS = 10_000;

/**
 * Starts an AWS emulator.
 *
 * The access key `SANDBOX` followed by a 12-digit account ID, with the secret `sandbox`, acts as the IAM user `admin` of
 * that account. Because the secret is public, the emulator listens on loopback only.
 *
 * @throws Error when the port is in use or the state file is not one of the emulator's
 */
export async function startAwsEmulator(options: AwsEmulatorOptions): Promise<AwsEmulator> {
  const roles = new Roles(options.stateFile, options.secret);
  const faults = new Faults();
  const calls: RecordedCall[] = [];
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    serve(request, response, { roles, faults, calls, clock: options.clock }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    faults,
    calls,
    openBrokerSession: (broker) => openBrokerSession(roles, broker, options.clock.now()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        faults.clear();
      }),
  };
}

interface ServeDeps {
  readonly roles: Roles;
  readonly faults: Faults;
  readonly calls: RecordedCall[];
  readonly clock: Clock;
}

async function serve(request: IncomingMessage, response: ServerResponse, deps: ServeDeps): Promise<void> {
  const body = await readBody(request);
  if (body === undefined || request.method !== 'POST' || request.url !== '/') {
    const error =
      body === undefined
        ? new AwsError('RequestEntityTooLarge', `The request is larger than ${MAX_BODY_BYTES} bytes.`)
        : new AwsError('MalformedInput', 'The AWS query protocol requires a POST to /.');
    response.setHeader('connection', 'close');
    send(response, errorResponse(null, error), deps.clock);
    return;
  }
  const call = recordCall(body, deps.clock.now());
  deps.calls.push(call);
  if (deps.calls.length > MAX_RECORDED_CALLS) deps.calls.shift();
  const faults = deps.faults.consumeMatching(call);
  const clock = skewClock(deps.clock, faults);
  for (const fault of faults) {
    const result = await simulateFault(fault, response);
    if (result === 'continue') continue;
    call.outcome = fault.mode;
    if (result === 'disconnect') response.destroy();
    else send(response, result, clock);
    return;
  }
  const result = handleRequest({ headers: flattenHeaders(request), body }, { roles: deps.roles, clock });
  call.outcome = result.outcome;
  send(response, result, clock);
}

function send(response: ServerResponse, result: AwsResponse & { contentType?: string }, clock: Clock): void {
  response.writeHead(result.status, {
    'content-type': result.contentType ?? 'text/xml',
    'x-amzn-requestid': result.requestId,
    // The SDKs correct their clock by this header when a signature has expired, so it must show the emulator's clock.
    date: clock.now().toUTCString(),
  });
  response.end(result.body);
}

/** Reads the body of a request; `undefined` when it is larger than MAX_BODY_BYTES. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection stays open after an early return, so that the client can read the error response.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flattenHeaders(request: IncomingMessage): SignedRequest['headers'] {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

function skewClock(clock: Clock, faults: readonly Fault[]): Clock {
  const totalSeconds = faults.reduce(
    (sum, { mode, skewSeconds = 0 }) => (mode === 'clock-skew' ? sum + skewSeconds : sum),
    0,
  );
  return { now: () => new Date(clock.now().getTime() + totalSeconds * 1000) };
}

/** Simulates a fault. Returns the response to send, or whether to disconnect or to continue with the call. */
async function simulateFault(
  fault: Fault,
  response: ServerResponse,
): Promise<(AwsResponse & { contentType?: string }) | 'disconnect' | 'continue'> {
  switch (fault.mode) {
    case 'throttle':
      return errorResponse(null, new AwsError('Throttling', 'Rate exceeded'));
    case 'error':
      return errorResponse(null, null);
    case 'deny':
      return errorResponse(
        null,
        new AwsError(fault.code ?? 'AccessDenied', 'The emulator rejects the request.'),
      );
    case 'garbage':
      return {
        ...errorResponse(null, null),
        status: fault.status ?? 200,
        contentType: 'text/html',
        body: '<!DOCTYPE html><html><body><h1>It works!<br></h1>',
      };
    case 'close':
      return 'disconnect';
    case 'hang':
      return waitWhileConnected(fault.cleared, response);
    case 'slow': {
      let timer: NodeJS.Timeout | undefined;
      const delay = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, fault.delayMs ?? 0);
      });
      return waitWhileConnected(delay, response).finally(() => clearTimeout(timer));
    }
    default:
      return 'continue';
  }
}

/** Waits for an event, or until the client disconnects. */
function waitWhileConnected(
  event: Promise<void>,
  response: ServerResponse,
): Promise<'disconnect' | 'continue'> {
  const closed = new Promise<'disconnect'>((resolve) => response.once('close', () => resolve('disconnect')));
  return Promise.race([event.then(() => 'continue' as const), closed]);
}
