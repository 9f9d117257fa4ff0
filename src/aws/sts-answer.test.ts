import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createStsBudget } from './sts-budget.ts';
import { createStsClient } from './sts-client.ts';

/** Something other than STS at the address of STS; each test says what it answers. */
let answer: (response: ServerResponse) => void;
let server: Server;
let sts: ReturnType<typeof createStsClient>;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sts = createStsClient({
    region: 'us-east-1',
    clock: systemClock,
    timeoutSeconds: 20,
    budget: createStsBudget({ clock: systemClock, perSecond: 100, perTenant: 100 }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
});
afterAll(async () => {
  sts.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const probe = () =>
  sts.probe({
    roleArn: 'arn:aws:iam::111111111111:role/Any',
    externalId: null,
    sessionName: 'test',
    tenantId: 'any',
  });

describe('what is not STS', () => {
  test('cannot deny with an HTML page, whatever code stands in it', async () => {
    answer = (response) => {
      response.writeHead(403, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><Error><Code>AccessDenied</Code><Message>no</Message></Error></html>');
    };
    await expect(probe()).rejects.toMatchObject({ name: 'StsError', failure: 'unavailable' });
  });

  test('is read no further than an answer of STS is long', async () => {
    let sent = 0;
    let closed: () => void;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const page = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        sent += page.length;
        if (!response.destroyed) response.write(page, () => setImmediate(more));
      };
      response.on('close', closed);
      more();
    };
    await expect(probe()).rejects.toMatchObject({
      failure: 'unavailable',
      message: expect.stringContaining('more than'),
    });
    await gone;
    expect(sent).toBeGreaterThan(256 * 1024);
  });
});

test('a denial of STS is a denial', async () => {
  answer = (response) => {
    response.writeHead(403, { 'content-type': 'text/xml' });
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>',
    );
  };
  expect(await probe()).toBe('denied');
});
