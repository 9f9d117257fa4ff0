import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../lib/clock.ts';
import { createStsBudget } from '../sts-budget.ts';
import type { StsClientOptions } from './options.ts';
import { createStsClient } from './sts-client.ts';

export interface ReceivedRequest {
  headers: IncomingMessage['headers'];
  form: URLSearchParams;
  response: ServerResponse;
}

/** Starts an HTTP server in place of STS that records requests and leaves the response to the test. */
export async function startFakeSts() {
  const clients: { close(): void }[] = [];
  const fakeSts = {
    received: [] as ReceivedRequest[],
    respond: (_: ReceivedRequest): void => {},
    createClient(options: Partial<StsClientOptions> = {}) {
      const client = createStsClient({
        region: 'us-east-1',
        clock: systemClock,
        timeoutSeconds: 20,
        budget: createStsBudget({ clock: systemClock, maxPerSecond: 10_000, maxPerSecondPerTenant: 10_000 }),
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
        ...options,
      });
      clients.push(client);
      return client;
    },
    async close(): Promise<void> {
      for (const client of clients) client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer(async (message, response) => {
    let body = '';
    for await (const chunk of message) body += chunk;
    const request = { headers: message.headers, form: new URLSearchParams(body), response };
    fakeSts.received.push(request);
    fakeSts.respond(request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return fakeSts;
}

export type FakeSts = Awaited<ReturnType<typeof startFakeSts>>;

/** The AssumeRole request of tenant `n`, whose account, external ID and session name contain `n`. */
export function requestOf(n: number) {
  return {
    tenantId: `tenant ${n}`,
    roleArn: `arn:aws:iam::${100_000_000_000 + n}:role/Vendor`,
    externalId: `external-id-${n}`,
    sessionName: `session-${n}`,
    durationSeconds: 900,
    session: null,
  };
}

/** Responds with credentials for the requested role, whose access key ID is the external ID of the request. */
export function respondWithCredentials({ form, response }: ReceivedRequest): void {
  const accountId = form.get('RoleArn')?.split(':')[4];
  response.writeHead(200, { 'content-type': 'text/xml' });
  response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>${form.get('ExternalId')}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
    <SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
    <AssumedRoleUser><Arn>arn:aws:sts::${accountId}:assumed-role/Vendor/${form.get('RoleSessionName')}</Arn>
    <AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`);
}

export function respondWithError(status: number, code: string, headers: Record<string, string> = {}) {
  return ({ response }: ReceivedRequest): void => {
    response.writeHead(status, { 'content-type': 'text/xml', ...headers });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
  };
}
