import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock, systemClock } from '../lib/clock.ts';
import { brokerCredentials, type Chain } from './broker-credentials.ts';
import { createStsBudget } from './sts-budget.ts';
import { createStsClient } from './sts-client.ts';

describe('a chain that hangs', () => {
  const hanging: Chain<string, null> = () => new Promise(() => {});

  /** Chains one after the other; the last one for all who come later. */
  function chains(...each: Chain<string, null>[]) {
    const clock = manualClock(new Date('2026-01-01T00:00:00Z'));
    let opened = 0;
    const broker = brokerCredentials(() => each[opened++] ?? hanging, { clock });
    return { broker, clock, opened: () => opened };
  }

  test('is given up once for all who waited for it, and the next is asked', async () => {
    const { broker, opened } = chains(hanging, async () => 'good');
    const hung = broker.chain();
    const waiting = [broker.provide(null), broker.provide(null)];
    for (const _ of waiting) broker.recordUnreachable(hung);
    for (const each of waiting) await expect(each).rejects.toThrow('took too long');
    expect(await broker.provide(null)).toBe('good');
    expect(opened()).toBe(2);
  });

  test('is followed by no other for a while, since each may leave a process behind', () => {
    const { broker, clock, opened } = chains(hanging, hanging);
    broker.recordUnreachable(broker.chain());
    clock.advance(29);
    broker.recordUnreachable(broker.chain());
    expect(opened()).toBe(2);
    clock.advance(1);
    broker.recordUnreachable(broker.chain());
    expect(opened()).toBe(3);
  });

  test('cannot break off the one after it by its own end', async () => {
    let endFirst = (_: string): void => {};
    let endSecond = (_: string): void => {};
    const second = vi.fn(() => new Promise<string>((resolve) => (endSecond = resolve)));
    const { broker } = chains(() => new Promise((resolve) => (endFirst = resolve)), second);
    const first = broker.provide(null);
    broker.recordUnreachable(broker.chain());
    const waiting = [broker.provide(null)];
    endFirst('old');
    await expect(first).rejects.toThrow('took too long');
    waiting.push(broker.provide(null));
    endSecond('new');
    expect(await Promise.all(waiting)).toEqual(['new', 'new']);
    expect(second).toHaveBeenCalledOnce();
  });
});

describe('without a restart', () => {
  let folder: string;
  let server: Server;
  const open: { close(): void }[] = [];
  /** The keys that STS takes. */
  let valid: string;
  /** What the endpoint for a container's credentials does; each test says. */
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'countersign-broker-'));
    server = createServer((request, response) => {
      if (request.url === '/container') return answer(response);
      const taken = request.headers.authorization?.includes(`Credential=${valid}/`);
      response.writeHead(taken ? 200 : 403, { 'content-type': 'text/xml' });
      response.end(
        taken
          ? '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>999988887777</Account><Arn>arn:aws:iam::999988887777:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>'
          : '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  });
  afterEach(async () => {
    for (const sts of open.splice(0)) sts.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** With the credentials that the SDK itself finds. */
  function client(timeoutSeconds: number) {
    const sts = createStsClient({
      region: 'us-east-1',
      clock: systemClock,
      timeoutSeconds,
      budget: createStsBudget({ clock: systemClock, perSecond: 100, perTenant: 100 }),
      endpoint: url(),
    });
    open.push(sts);
    return sts;
  }

  const writeKey = (id: string): Promise<void> =>
    writeFile(
      path.join(folder, 'credentials'),
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = example\n`,
    );

  test('keys are found in a file that came late, and in one that got new keys when the old ones ended', async () => {
    const sts = client(20);
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'unavailable' });
    valid = 'AKIDFIRST';
    await writeKey(valid);
    await sts.callerIdentity();
    valid = 'AKIDSECOND';
    await writeKey(valid);
    // The one that learns that the old ones are no good any more.
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'unavailable' });
    await sts.callerIdentity();
  });

  test('keys are asked for anew when the answer with them broke off', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url()}/container`);
    valid = 'AKIDCONTAINER';
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{');
    };
    const sts = client(1);
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'unavailable' });
    answer = (response) =>
      response.end(
        JSON.stringify({
          AccessKeyId: valid,
          SecretAccessKey: 'example',
          Token: 'token',
          Expiration: '2999-01-01T00:00:00Z',
        }),
      );
    // However slow this machine is, compared with the second that a call has.
    const patient = (): Promise<unknown> => sts.callerIdentity().catch(patient);
    await patient();
  });
});
