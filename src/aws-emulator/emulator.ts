import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { AwsError } from './aws-error.ts';
import { type Call, describeCall } from './calls.ts';
import { type Fault, Faults } from './faults.ts';
import { type Answer, failure, handle } from './handle.ts';
import { Roles } from './iam/roles.ts';
import type { SignedRequest } from './signature.ts';

/** A local AWS: STS and IAM over the AWS query protocol, on loopback alone. */
export interface Sandbox {
  /** Such as `http://127.0.0.1:3001`: the endpoint of both services. */
  readonly url: string;
  readonly port: number;
  readonly faults: Faults;
  /** What was called, oldest first; no more than the last 10,000. */
  readonly calls: Call[];
  /** Ends all connections, those that hang too. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** 0, the default, takes any that is free. */
  readonly port?: number;
  readonly clock: Clock;
  /** Where roles and the sandbox's secret are kept over a restart; in memory alone without. */
  readonly stateFile?: string;
  /** Signs session tokens: two sandboxes with one secret know each other's sessions. */
  readonly secret?: string;
}

/** A session token carries its tags, 50 of them at most. */
const LARGEST_HEADERS_BYTES = 64 * 1024;
const LARGEST_BODY_BYTES = 256 * 1024;
const MOST_CALLS = 10_000;

/**
 * Starts a local AWS.
 *
 * The access key `SANDBOX` + a 12-digit account ID with the secret `sandbox` acts as that account's root, which here,
 * other than in AWS, may assume roles. So it must never be reached from another machine, and it cannot be.
 *
 * @throws Error when the port is taken or the state file is not one of ours.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const roles = new Roles(options.stateFile, options.secret);
  const faults = new Faults();
  const calls: Call[] = [];
  const server = createServer({ maxHeaderSize: LARGEST_HEADERS_BYTES }, (request, response) => {
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
  readonly calls: Call[];
  readonly clock: Clock;
}

async function serve(request: IncomingMessage, response: ServerResponse, deps: ServeDeps): Promise<void> {
  const body = await readBody(request);
  if (body === undefined || request.method !== 'POST' || request.url !== '/') {
    const error =
      body === undefined
        ? new AwsError('RequestEntityTooLarge', `The request is larger than ${LARGEST_BODY_BYTES} bytes.`)
        : new AwsError('MalformedInput', 'Send a POST to /: the AWS query protocol.');
    response.setHeader('connection', 'close');
    send(response, failure(null, error), deps.clock);
    return;
  }
  const call = describeCall(body, deps.clock.now());
  deps.calls.push(call);
  if (deps.calls.length > MOST_CALLS) deps.calls.shift();
  const struck = deps.faults.strike(call);
  const clock = skewed(deps.clock, struck);
  for (const fault of struck) {
    const answer = await suffer(fault, response);
    if (answer === 'go-on') continue;
    call.outcome = fault.mode;
    if (answer === 'gone') response.destroy();
    else send(response, answer, clock);
    return;
  }
  const answer = handle({ headers: headersOf(request), body }, { roles: deps.roles, clock });
  call.outcome = answer.outcome;
  send(response, answer, clock);
}

function send(response: ServerResponse, answer: Answer & { contentType?: string }, clock: Clock): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'text/xml',
    'x-amzn-requestid': answer.requestId,
    // By the sandbox's own clock: the SDKs set theirs by it when a signature is too old.
    date: clock.now().toUTCString(),
  });
  response.end(answer.body);
}

/** `undefined` when it is larger than we read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Left open on the way out, so that who sends too much still reads why it is refused.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): SignedRequest['headers'] {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

function skewed(clock: Clock, faults: readonly Fault[]): Clock {
  const seconds = faults.reduce(
    (sum, { mode, skewSeconds = 0 }) => (mode === 'clock-skew' ? sum + skewSeconds : sum),
    0,
  );
  return { now: () => new Date(clock.now().getTime() + seconds * 1000) };
}

/** Does what a fault says: an answer, `gone` when there shall be none, or `go-on` with the call. */
async function suffer(
  fault: Fault,
  response: ServerResponse,
): Promise<(Answer & { contentType?: string }) | 'gone' | 'go-on'> {
  switch (fault.mode) {
    case 'throttle':
      return failure(null, new AwsError('Throttling', 'Rate exceeded'));
    case 'error':
      return failure(
        null,
        new AwsError(
          'InternalFailure',
          'The request processing has failed because of an unknown error, exception or failure.',
        ),
      );
    case 'garbage':
      return {
        ...failure(null, null),
        status: fault.status ?? 200,
        contentType: 'text/html',
        body: '<!DOCTYPE html><html><body><h1>It works!<br></h1>',
      };
    case 'close':
      return 'gone';
    case 'hang':
      return waitFor(fault.cleared, response);
    case 'slow': {
      let timer: NodeJS.Timeout | undefined;
      const delay = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, fault.delayMs ?? 0);
      });
      return waitFor(delay, response).finally(() => clearTimeout(timer));
    }
    default:
      return 'go-on';
  }
}

/** Waits, but no longer than there is someone to answer to. */
function waitFor(event: Promise<void>, response: ServerResponse): Promise<'gone' | 'go-on'> {
  const left = new Promise<'gone'>((resolve) => response.once('close', () => resolve('gone')));
  return Promise.race([event.then(() => 'go-on' as const), left]);
}
