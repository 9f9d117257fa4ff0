import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { CUSTOMER, clients, rootKeys } from './emulator.fixture.ts';
import { type Sandbox, startSandbox } from './emulator.ts';
import { signRequest } from './protocol/signature.ts';

let sandbox: Sandbox;
let sts: STSClient;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: systemClock });
  sts = clients(sandbox, rootKeys(CUSTOMER)).sts;
});

afterEach(() => sandbox.close());

const whoAmI = () => sts.send(new GetCallerIdentityCommand({}));

async function post(
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(sandbox.url, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

describe('faults', () => {
  it('throttle as STS does', async () => {
    sandbox.faults.set('throttle');
    await expect(whoAmI()).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
    expect(sandbox.calls.at(-1)?.outcome).toBe('throttle');
  });

  it('fail as AWS does', async () => {
    sandbox.faults.set('error');
    await expect(whoAmI()).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
  });

  it('strike as often as told, and the SDK gets over them', async () => {
    sandbox.faults.set('error', { times: 2 });
    const patient = clients(sandbox, rootKeys(CUSTOMER), { maxAttempts: 3 }).sts;
    await expect(patient.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: CUSTOMER,
    });
    expect(sandbox.calls.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'ok']);
  });

  it('strike the operation, the role and the external ID that they are told', async () => {
    const roleArn = `arn:aws:iam::${CUSTOMER}:role/struck`;
    sandbox.faults.set('throttle', { operation: 'AssumeRole', roleArn, externalId: null });
    const assume = (RoleArn: string, ExternalId?: string) =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'abc', ExternalId }));
    await expect(whoAmI()).resolves.toBeDefined();
    await expect(assume(roleArn)).rejects.toMatchObject({ name: 'Throttling' });
    await expect(assume(roleArn, 'tenant-1')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(`${roleArn}-not`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('hang until they are cleared', async () => {
    sandbox.faults.set('hang');
    const answer = whoAmI();
    await expect.poll(() => sandbox.calls.length).toBe(1);
    expect(sandbox.calls[0]?.outcome).toBe('pending');
    sandbox.faults.clear();
    await expect(answer).resolves.toMatchObject({ Account: CUSTOMER });
  });

  it('hang no longer than the caller waits', async () => {
    sandbox.faults.set('hang');
    const abort = new AbortController();
    const answer = sts.send(new GetCallerIdentityCommand({}), { abortSignal: abort.signal });
    await expect.poll(() => sandbox.calls.length).toBe(1);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => sandbox.calls[0]?.outcome).toBe('hang');
  });

  it('answer garbage, with any status', async () => {
    sandbox.faults.set('garbage', { times: 1 });
    sandbox.faults.set('garbage', { times: 2, status: 502 });
    await expect(post('Action=GetCallerIdentity')).resolves.toMatchObject({
      status: 200,
      text: expect.stringContaining('<html>'),
    });
    await expect(post('Action=GetCallerIdentity')).resolves.toMatchObject({ status: 502 });
    await expect(whoAmI()).rejects.toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });

  it('close the connection', async () => {
    sandbox.faults.set('close');
    await expect(whoAmI()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('answer late', async () => {
    sandbox.faults.set('slow', { delayMs: 80 });
    const started = performance.now();
    await expect(whoAmI()).resolves.toBeDefined();
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  });

  it('work with a clock that is off, which the SDK gets over', async () => {
    sandbox.faults.set('clock-skew', { skewSeconds: 3600 });
    await expect(whoAmI()).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: expect.stringContaining('expired'),
    });
    const patient = clients(sandbox, rootKeys(CUSTOMER), { maxAttempts: 2 }).sts;
    await expect(patient.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });
});

describe('the log of calls', () => {
  it('tells what each was sent and how it ended', async () => {
    const RoleArn = `arn:aws:iam::${CUSTOMER}:role/a`;
    const asked = { RoleArn, RoleSessionName: 'worker-1' };
    await whoAmI();
    await sts
      .send(new AssumeRoleCommand({ ...asked, ExternalId: 'tenant-1', DurationSeconds: 900 }))
      .catch(() => undefined);
    await sts.send(new AssumeRoleCommand({ ...asked, ExternalId: '' })).catch(() => undefined);
    await sts.send(new AssumeRoleCommand(asked)).catch(() => undefined);
    expect(sandbox.calls).toMatchObject([
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
  it('is on loopback alone', async () => {
    const elsewhere = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of elsewhere) {
      await expect(fetch(`http://${address}:${sandbox.port}`)).rejects.toThrow();
    }
  });

  it('ends connections that hang when it closes', async () => {
    sandbox.faults.set('hang');
    const answer = whoAmI().catch((error: Error) => error.name);
    await expect.poll(() => sandbox.calls.length).toBe(1);
    await sandbox.close();
    await expect(answer).resolves.toBeDefined();
  });

  it('says when its port is taken', async () => {
    await expect(startSandbox({ clock: systemClock, port: sandbox.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('refuses a body that is too large', async () => {
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
  ])('answers 400 to %j', async (body) => {
    const { status, text } = await post(body);
    expect([status, text]).toEqual([400, expect.stringContaining('<Error>')]);
  });

  it('answers 400 to other methods and paths', async () => {
    await expect(fetch(sandbox.url)).resolves.toMatchObject({ status: 400 });
    await expect(
      fetch(`${sandbox.url}/x?y`, { method: 'POST', body: 'Action=GetCallerIdentity' }),
    ).resolves.toMatchObject({ status: 400 });
  });

  it('outlives a caller that does not speak HTTP, and one that hangs up half way', async () => {
    for (const text of [
      '\0\x01nonsense\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction=',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(sandbox.port, '127.0.0.1', () => socket.write(text, () => socket.end()));
        socket
          .on('error', () => resolve())
          .on('close', () => resolve())
          .resume();
      });
    }
    await expect(whoAmI()).resolves.toBeDefined();
  });

  it('answers well-formed XML to whatever is asked', async () => {
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
          url: sandbox.url,
          body: text,
          credentials: rootKeys(CUSTOMER),
          region: 'us-east-1',
          service: 'sts',
          now: new Date(),
        });
        const { status, text: answer } = await post(text, headers);
        expect([400, 403]).toContain(status);
        expect(answer).toMatch(
          /^<ErrorResponse [^<>]*><Error><Type>Sender<\/Type><Code>\w+<\/Code><Message>[^<>]*<\/Message><\/Error><RequestId>[^<>]*<\/RequestId><\/ErrorResponse>$/,
        );
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot carry them.
        expect(answer).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      }),
      { numRuns: 60 },
    );
  });

  it('names the parameter that a client made wrong, escaped', async () => {
    const client = new STSClient({
      endpoint: sandbox.url,
      region: 'us-east-1',
      credentials: rootKeys(CUSTOMER),
      maxAttempts: 1,
    });
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${CUSTOMER}:role/a`,
      RoleSessionName: '<&>"\u0001',
    });
    await expect(client.send(command)).rejects.toThrow("Value '<&>\"\ufffd' at 'roleSessionName'");
  });
});
