import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { adminCredentials } from './account-credentials.ts';
import { CUSTOMER, createClients } from './emulator.fixture.ts';
import { type AwsEmulator, startAwsEmulator } from './emulator.ts';
import { signRequest } from './protocol/signature.ts';

let emulator: AwsEmulator;
let sts: STSClient;

beforeEach(async () => {
  emulator = await startAwsEmulator({ clock: systemClock });
  sts = createClients(emulator, adminCredentials(CUSTOMER)).sts;
});

afterEach(() => emulator.close());

const getCallerIdentity = () => sts.send(new GetCallerIdentityCommand({}));

async function post(
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(emulator.url, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

describe('faults', () => {
  it('throttle with the error code of STS', async () => {
    emulator.faults.set('throttle');
    await expect(getCallerIdentity()).rejects.toMatchObject({
      name: 'Throttling',
      $metadata: { httpStatusCode: 400 },
    });
    expect(emulator.calls.at(-1)?.outcome).toBe('throttle');
  });

  it('fail with the error code of AWS', async () => {
    emulator.faults.set('error');
    await expect(getCallerIdentity()).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
  });

  it('affect the configured number of calls, which the SDK retries', async () => {
    emulator.faults.set('error', { times: 2 });
    const retryingSts = createClients(emulator, adminCredentials(CUSTOMER), { maxAttempts: 3 }).sts;
    await expect(retryingSts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: CUSTOMER,
    });
    expect(emulator.calls.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'ok']);
  });

  it('affect only the selected operation, role and external ID', async () => {
    const roleArn = `arn:aws:iam::${CUSTOMER}:role/selected`;
    emulator.faults.set('throttle', { operation: 'AssumeRole', roleArn, externalId: null });
    const assumeRole = (RoleArn: string, ExternalId?: string) =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'abc', ExternalId }));
    await expect(getCallerIdentity()).resolves.toBeDefined();
    await expect(assumeRole(roleArn)).rejects.toMatchObject({ name: 'Throttling' });
    await expect(assumeRole(roleArn, 'tenant-1')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assumeRole(`${roleArn}-other`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('hang until the faults are cleared', async () => {
    emulator.faults.set('hang');
    const response = getCallerIdentity();
    await expect.poll(() => emulator.calls.length).toBe(1);
    expect(emulator.calls[0]?.outcome).toBe('pending');
    emulator.faults.clear();
    await expect(response).resolves.toMatchObject({ Account: CUSTOMER });
  });

  it('stop hanging when the client disconnects', async () => {
    emulator.faults.set('hang');
    const abort = new AbortController();
    const response = sts.send(new GetCallerIdentityCommand({}), { abortSignal: abort.signal });
    await expect.poll(() => emulator.calls.length).toBe(1);
    abort.abort();
    await expect(response).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => emulator.calls[0]?.outcome).toBe('hang');
  });

  it('respond with HTML and the configured status', async () => {
    emulator.faults.set('garbage', { times: 1 });
    emulator.faults.set('garbage', { times: 2, status: 502 });
    await expect(post('Action=GetCallerIdentity')).resolves.toMatchObject({
      status: 200,
      text: expect.stringContaining('<html>'),
    });
    await expect(post('Action=GetCallerIdentity')).resolves.toMatchObject({ status: 502 });
    await expect(getCallerIdentity()).rejects.toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });

  it('close the connection', async () => {
    emulator.faults.set('close');
    await expect(getCallerIdentity()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('delay the response', async () => {
    emulator.faults.set('slow', { delayMs: 80 });
    const startedMs = performance.now();
    await expect(getCallerIdentity()).resolves.toBeDefined();
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(75);
  });

  it('skew the clock, which the SDK corrects', async () => {
    emulator.faults.set('clock-skew', { skewSeconds: 3600 });
    await expect(getCallerIdentity()).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: expect.stringContaining('expired'),
    });
    const retryingSts = createClients(emulator, adminCredentials(CUSTOMER), { maxAttempts: 2 }).sts;
    await expect(retryingSts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });
});

describe('the recorded calls', () => {
  it('contain the parameters and the outcome of each call', async () => {
    const RoleArn = `arn:aws:iam::${CUSTOMER}:role/a`;
    const parameters = { RoleArn, RoleSessionName: 'worker-1' };
    await getCallerIdentity();
    await sts
      .send(new AssumeRoleCommand({ ...parameters, ExternalId: 'tenant-1', DurationSeconds: 900 }))
      .catch(() => undefined);
    await sts.send(new AssumeRoleCommand({ ...parameters, ExternalId: '' })).catch(() => undefined);
    await sts.send(new AssumeRoleCommand(parameters)).catch(() => undefined);
    expect(emulator.calls).toMatchObject([
      { operation: 'GetCallerIdentity', roleArn: null, outcome: 'ok' },
      {
        operation: 'AssumeRole',
        roleArn: RoleArn,
        externalId: 'tenant-1',
        sessionName: 'worker-1',
        durationSeconds: 900,
        policy: null,
        outcome: 'AccessDenied',
      },
      { externalId: '', outcome: 'ValidationError' },
      { externalId: null, durationSeconds: null, outcome: 'AccessDenied' },
    ]);
  });
});

describe('the server', () => {
  it('listens on the loopback interface only', async () => {
    const otherInterfaces = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of otherInterfaces) {
      await expect(fetch(`http://${address}:${emulator.port}`)).rejects.toThrow();
    }
  });

  it('closes hanging connections when it is closed', async () => {
    emulator.faults.set('hang');
    const response = getCallerIdentity().catch((error: Error) => error.name);
    await expect.poll(() => emulator.calls.length).toBe(1);
    await emulator.close();
    await expect(response).resolves.toBeDefined();
  });

  it('rejects when its port is in use', async () => {
    await expect(startAwsEmulator({ clock: systemClock, port: emulator.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('rejects a body that is too large', async () => {
    const { status, text } = await post('x'.repeat(300_000));
    expect([status, text]).toEqual([413, expect.stringContaining('RequestEntityTooLarge')]);
  });

  it.each([
    '',
    'Action=AssumeRole',
    'Action=Nothing&Version=2011-06-15',
    'Action=constructor&Version=2010-05-08',
    '%',
    'Action=%ff%00&Version=2011-06-15',
    'Action=a&Action=b',
  ])('responds with 400 to the body %j', async (body) => {
    const { status, text } = await post(body);
    expect([status, text]).toEqual([400, expect.stringContaining('<Error>')]);
  });

  it('responds with 400 to other methods and paths', async () => {
    await expect(fetch(emulator.url)).resolves.toMatchObject({ status: 400 });
    await expect(
      fetch(`${emulator.url}/x?y`, { method: 'POST', body: 'Action=GetCallerIdentity' }),
    ).resolves.toMatchObject({ status: 400 });
  });

  it('survives a client that does not speak HTTP, and one that disconnects during the request', async () => {
    for (const text of [
      '\0\x01nonsense\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction=',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(emulator.port, '127.0.0.1', () => socket.write(text, () => socket.end()));
        socket
          .on('error', () => resolve())
          .on('close', () => resolve())
          .resume();
      });
    }
    await expect(getCallerIdentity()).resolves.toBeDefined();
  });

  it('responds with well-formed XML to arbitrary parameters', async () => {
    const body = fc.array(
      fc.tuple(
        fc.constantFrom(
          'RoleArn',
          'RoleSessionName',
          'ExternalId',
          'Tags.member.1.Key',
          'Tags.member.x',
          'DurationSeconds',
          'Policy',
          'PolicyArns.member.1.arn',
        ),
        fc.string({ unit: 'binary' }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(body, async (parameters) => {
        const text = new URLSearchParams([
          ['Action', 'AssumeRole'],
          ['Version', '2011-06-15'],
          ...parameters,
        ]).toString();
        const headers = signRequest({
          url: emulator.url,
          body: text,
          credentials: adminCredentials(CUSTOMER),
          region: 'us-east-1',
          service: 'sts',
          now: new Date(),
        });
        const { status, text: responseXml } = await post(text, headers);
        expect([400, 403]).toContain(status);
        expect(responseXml).toMatch(
          /^<ErrorResponse [^<>]*><Error><Type>Sender<\/Type><Code>\w+<\/Code><Message>[^<>]*<\/Message><\/Error><RequestId>[^<>]*<\/RequestId><\/ErrorResponse>$/,
        );
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML must not contain control characters.
        expect(responseXml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      }),
      { numRuns: 60 },
    );
  });

  it('escapes the invalid value in a validation error', async () => {
    const client = new STSClient({
      endpoint: emulator.url,
      region: 'us-east-1',
      credentials: adminCredentials(CUSTOMER),
      maxAttempts: 1,
    });
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${CUSTOMER}:role/a`,
      RoleSessionName: '<&>"\u0001',
    });
    await expect(client.send(command)).rejects.toThrow("Value '<&>\"\ufffd' at 'roleSessionName'");
  });
});
