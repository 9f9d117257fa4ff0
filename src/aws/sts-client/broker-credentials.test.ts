import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock, systemClock } from '../../lib/clock.ts';
import { createStsBudget } from '../sts-budget.ts';
import { type CredentialChain, createBrokerCredentials } from './broker-credentials.ts';
import { createStsClient } from './sts-client.ts';

describe('a credential chain that hangs', () => {
  const hanging: CredentialChain<string, null> = () => new Promise(() => {});

  /** Provides the given chains one after the other, and then chains that hang. */
  function createBroker(...chains: CredentialChain<string, null>[]) {
    const clock = manualClock(new Date('2026-01-01T00:00:00Z'));
    let created = 0;
    const broker = createBrokerCredentials(() => chains[created++] ?? hanging, { clock });
    return { broker, clock, createdCount: () => created };
  }

  test('is replaced once for all waiting callers, and the next chain is used', async () => {
    const { broker, createdCount } = createBroker(hanging, async () => 'good');
    const hangingChain = broker.currentChain();
    const waiting = [broker.provide(null), broker.provide(null)];
    for (const _ of waiting) broker.replaceChain(hangingChain);
    for (const request of waiting) await expect(request).rejects.toThrow('took too long');
    expect(await broker.provide(null)).toBe('good');
    expect(createdCount()).toBe(2);
  });

  test('is not replaced again within 30 seconds, because each chain may leave a process behind', () => {
    const { broker, clock, createdCount } = createBroker(hanging, hanging);
    broker.replaceChain(broker.currentChain());
    clock.advance(29);
    broker.replaceChain(broker.currentChain());
    expect(createdCount()).toBe(2);
    clock.advance(1);
    broker.replaceChain(broker.currentChain());
    expect(createdCount()).toBe(3);
  });

  test('does not affect its replacement when it ends later', async () => {
    let resolveFirst = (_: string): void => {};
    let resolveSecond = (_: string): void => {};
    const second = vi.fn(() => new Promise<string>((resolve) => (resolveSecond = resolve)));
    const { broker } = createBroker(() => new Promise((resolve) => (resolveFirst = resolve)), second);
    const first = broker.provide(null);
    broker.replaceChain(broker.currentChain());
    const waiting = [broker.provide(null)];
    resolveFirst('first');
    await expect(first).rejects.toThrow('took too long');
    waiting.push(broker.provide(null));
    resolveSecond('second');
    expect(await Promise.all(waiting)).toEqual(['second', 'second']);
    expect(second).toHaveBeenCalledOnce();
  });
});

describe('without a restart, the broker credentials', () => {
  let folder: string;
  let server: Server;
  const openClients: { close(): void }[] = [];
  /** The access key that STS accepts. */
  let validAccessKeyId: string;
  /** Responds to requests to the container credentials endpoint. */
  let respond: (response: ServerResponse) => void;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'countersign-broker-'));
    server = createServer((request, response) => {
      if (request.url === '/container') return respond(response);
      const isAccepted = request.headers.authorization?.includes(`Credential=${validAccessKeyId}/`);
      response.writeHead(isAccepted ? 200 : 403, { 'content-type': 'text/xml' });
      response.end(
        isAccepted
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
    for (const sts of openClients.splice(0)) sts.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** A client that uses the SDK's own credential provider chain. */
  function createClient(timeoutSeconds: number) {
    const sts = createStsClient({
      region: 'us-east-1',
      clock: systemClock,
      timeoutSeconds,
      budget: createStsBudget({ clock: systemClock, maxPerSecond: 100, maxPerSecondPerTenant: 100 }),
      endpoint: url(),
    });
    openClients.push(sts);
    return sts;
  }

  const writeCredentialsFile = (accessKeyId: string): Promise<void> =>
    writeFile(
      path.join(folder, 'credentials'),
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = example\n`,
    );

  test('are found in a file that is created later, and in a file whose keys are replaced', async () => {
    const sts = createClient(20);
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'no_credentials' });
    validAccessKeyId = 'AKIDFIRST';
    await writeCredentialsFile(validAccessKeyId);
    await sts.callerIdentity();
    validAccessKeyId = 'AKIDSECOND';
    await writeCredentialsFile(validAccessKeyId);
    // This call detects that the old keys are invalid.
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'no_credentials' });
    await sts.callerIdentity();
  });

  test('are requested again after a response that broke off', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url()}/container`);
    validAccessKeyId = 'AKIDCONTAINER';
    respond = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{');
    };
    const sts = createClient(1);
    await expect(sts.callerIdentity()).rejects.toMatchObject({ failure: 'no_credentials' });
    respond = (response) =>
      response.end(
        JSON.stringify({
          AccessKeyId: validAccessKeyId,
          SecretAccessKey: 'example',
          Token: 'token',
          Expiration: '2999-01-01T00:00:00Z',
        }),
      );
    // The machine may be too slow for a call within one second.
    const retry = (): Promise<unknown> => sts.callerIdentity().catch(retry);
    await retry();
  });
});
