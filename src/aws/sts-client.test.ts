import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createStsBudget } from './sts-budget.ts';
import { createStsClient, type StsClientOptions } from './sts-client.ts';

interface Received {
  headers: IncomingMessage['headers'];
  form: URLSearchParams;
  response: ServerResponse;
}

let server: Server;
let received: Received[];
/** What STS does with a request; each test says. */
let answer: (request: Received) => void;
const open: { close(): void }[] = [];

beforeEach(async () => {
  received = [];
  server = createServer(async (message, response) => {
    let body = '';
    for await (const chunk of message) body += chunk;
    const request = { headers: message.headers, form: new URLSearchParams(body), response };
    received.push(request);
    answer(request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const sts of open.splice(0)) sts.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function client(options: Partial<StsClientOptions> = {}) {
  const sts = createStsClient({
    region: 'us-east-1',
    clock: systemClock,
    timeoutSeconds: 20,
    budget: createStsBudget({ clock: systemClock, perSecond: 10_000, perTenant: 10_000 }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    ...options,
  });
  open.push(sts);
  return sts;
}

const account = (n: number): string => String(100_000_000_000 + n);

function requestOf(n: number) {
  return {
    tenantId: `tenant ${n}`,
    roleArn: `arn:aws:iam::${account(n)}:role/Vendor`,
    externalId: `external-id-${n}`,
    sessionName: `session-${n}`,
    durationSeconds: 900,
    session: null,
  };
}

/** Grants the role that was asked for; the key's ID tells by which external ID. */
function grant({ form, response }: Received): void {
  const of = form.get('RoleArn')?.split(':')[4];
  response.writeHead(200, { 'content-type': 'text/xml' });
  response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>${form.get('ExternalId')}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
    <SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
    <AssumedRoleUser><Arn>arn:aws:sts::${of}:assumed-role/Vendor/${form.get('RoleSessionName')}</Arn>
    <AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`);
}

function refuse(status: number, code: string, headers: Record<string, string> = {}) {
  return ({ response }: Received): void => {
    response.writeHead(status, { 'content-type': 'text/xml', ...headers });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
  };
}

describe('calls at the same time', () => {
  test('each send their own role with their own external ID, and each get their own answer', async () => {
    const COUNT = 100;
    const sts = client();
    const waiting: Received[] = [];
    answer = (request) => {
      waiting.push(request);
      // The last to ask is answered first.
      if (waiting.length === COUNT) for (const each of waiting.reverse()) grant(each);
    };
    const granted = await Promise.all(Array.from({ length: COUNT }, (_, n) => sts.assumeRole(requestOf(n))));
    expect(granted.map(({ accessKeyId }) => accessKeyId)).toEqual(
      Array.from({ length: COUNT }, (_, n) => `external-id-${n}`),
    );
    for (const { form } of received) {
      const n = Number(form.get('ExternalId')?.slice('external-id-'.length));
      expect(form.get('RoleArn')).toBe(requestOf(n).roleArn);
      expect(form.get('RoleSessionName')).toBe(`session-${n}`);
    }
  });

  test('get no answer that says it was meant for another session or another account', async () => {
    const sts = client();
    const right = {
      RoleArn: requestOf(1).roleArn,
      RoleSessionName: 'session-1',
      ExternalId: 'external-id-1',
    };
    for (const wrong of [{ RoleSessionName: 'session-2' }, { RoleArn: requestOf(2).roleArn }]) {
      const form = new URLSearchParams({ ...right, ...wrong });
      answer = ({ headers, response }) => grant({ headers, response, form });
      await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
      await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    }
  });

  test('come out of the budget of their own tenant, every attempt of them', async () => {
    const taken: (string | null)[] = [];
    const sts = client({ budget: { take: (tenantId) => void taken.push(tenantId), remaining: () => 1 } });
    answer = (request) => {
      const first = received.filter(({ form }) => form.get('RoleArn') === request.form.get('RoleArn'));
      if (request.form.get('RoleSessionName') === 'session-1' && first.length < 3)
        refuse(500, 'InternalFailure')(request);
      else grant(request);
    };
    await Promise.all([0, 1, 2].map((n) => sts.assumeRole(requestOf(n))));
    expect(taken.sort()).toEqual(['tenant 0', 'tenant 1', 'tenant 1', 'tenant 1', 'tenant 2']);
  });
});

describe('a call whose time is up', () => {
  test('ends while STS says nothing', async () => {
    const sts = client({ timeoutSeconds: 0.2 });
    answer = () => {};
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
  });

  test('ends as throttled if STS throttled it, and no attempt of it leaves after that', async () => {
    const sts = client({ timeoutSeconds: 1 });
    answer = refuse(400, 'Throttling', { 'x-amz-retry-after': '1200' });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'throttled' });
    // By the time that this one is tried again, the first one's second attempt was due.
    const patient = client();
    answer = (request) => {
      const before = received.filter(({ form }) => form.get('RoleSessionName') === 'session-2');
      if (before.length < 2) refuse(400, 'Throttling', { 'x-amz-retry-after': '1500' })(request);
      else grant(request);
    };
    await patient.assumeRole(requestOf(2));
    expect(received.map(({ form }) => form.get('RoleSessionName'))).toEqual([
      'session-1',
      'session-2',
      'session-2',
    ]);
  });

  test('ends while an answer comes letter by letter, and so does the answer', async () => {
    const sts = client({ timeoutSeconds: 0.2 });
    const ended = new Promise<void>((resolve) => {
      answer = ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const letters = setInterval(() => response.write(' '), 10);
        response.on('close', () => {
          clearInterval(letters);
          resolve();
        });
      };
    });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    await ended;
  });
});

test('what is closed tries nothing again, so that a process can end while STS says nothing', async () => {
  const sts = client();
  answer = () => sts.close();
  await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
  expect(received.length).toBe(1);
});

test('an answer that breaks off is no answer', async () => {
  const sts = client();
  answer = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
    response.write('<AssumeRoleResponse>', () => response.destroy());
  };
  await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
});

describe('what stands in place of STS', () => {
  test('cannot deny with an HTML page, whatever code stands in it', async () => {
    answer = ({ response }) => {
      response.writeHead(403, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><Error><Code>AccessDenied</Code><Message>no</Message></Error></html>');
    };
    await expect(client().probe(requestOf(1))).rejects.toMatchObject({
      name: 'StsError',
      failure: 'unavailable',
    });
  });

  test('is read no further than an answer of STS is long', async () => {
    let sent = 0;
    const gone = new Promise<void>((resolve) => {
      answer = ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const page = Buffer.alloc(64 * 1024, 'x');
        const more = (): void => {
          sent += page.length;
          if (!response.destroyed) response.write(page, () => setImmediate(more));
        };
        response.on('close', resolve);
        more();
      };
    });
    await expect(client().probe(requestOf(1))).rejects.toMatchObject({
      failure: 'unavailable',
      message: expect.stringContaining('more than'),
    });
    await gone;
    expect(sent).toBeGreaterThan(256 * 1024);
  });

  test('leaves no socket taken by HTML pages', async () => {
    const sts = client();
    answer = ({ response }) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      response.end('<html>'.padEnd(100_000, 'x'));
    };
    // As many as there are sockets.
    for (let n = 0; n < 256; n++)
      await expect(sts.assumeRole(requestOf(n))).rejects.toMatchObject({ failure: 'unavailable' });
    answer = grant;
    expect((await sts.assumeRole(requestOf(1))).accessKeyId).toBe('external-id-1');
  });
});

test('a denial of STS is a denial', async () => {
  answer = refuse(403, 'AccessDenied');
  expect(await client().probe(requestOf(1))).toBe('denied');
});

test('an answer that does not name its session, which STS does not promise to do, is taken', async () => {
  answer = ({ response }) =>
    response.end(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>k</AccessKeyId>
      <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  expect((await client().assumeRole(requestOf(1))).accessKeyId).toBe('k');
});

test('the credentials of the broker are read anew when they come to their end', async () => {
  let read = 0;
  const sts = client({
    credentials: async () => {
      read++;
      const expiration = new Date(Date.now() + (read === 1 ? 1_000 : 3_600_000));
      return { accessKeyId: `AKID${read}`, secretAccessKey: 'example', expiration };
    },
  });
  answer = grant;
  for (const n of [1, 2, 3]) await sts.assumeRole(requestOf(n));
  const keys = received.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1]);
  // The SDK renews in the last five minutes.
  expect(keys.at(-1)).toBe('AKID2');
});

test('CloudTrail can show that it was Countersign', async () => {
  answer = grant;
  await client().assumeRole(requestOf(1));
  expect(received[0]?.headers['user-agent']).toMatch(/^countersign\/\d+\.\d+\.\d+ /);
});

describe('AWS denying the broker its own role', () => {
  /** What the SDK throws when it assumes that role and is denied: the very error that a customer's role would give. */
  const denial = () =>
    Object.assign(new Error('not authorized to perform sts:AssumeRoleWithWebIdentity'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });

  test('denies no role of a customer, and no probe', async () => {
    answer = grant;
    const sts = client({ credentials: () => Promise.reject(denial()) });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    expect(received).toEqual([]);
  });

  test('between two attempts denies none either', async () => {
    let stillGood = true;
    const sts = client({
      credentials: async () => {
        if (!stillGood) throw denial();
        // So near its end that the SDK asks again for every signature.
        return { accessKeyId: 'AKID', secretAccessKey: 'example', expiration: new Date(Date.now() + 1_000) };
      },
    });
    answer = (request) => {
      stillGood = false;
      refuse(500, 'InternalFailure')(request);
    };
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    expect(received.length).toBe(1);
  });
});
