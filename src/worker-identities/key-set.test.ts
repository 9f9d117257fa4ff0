import { generateKeyPairSync, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { exportJWK, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type IssuerKey, newIssuerKey } from './issuer.fixture.ts';
import { encodePart, startTokenTest, type TokenTest } from './token-test.fixture.ts';

let context: TokenTest;
beforeEach(async () => {
  context = await startTokenTest();
});
afterEach(() => context.close());

describe("an issuer's keys", () => {
  test('are fetched once for concurrent requests, and then cached', async () => {
    const { issuer, clock, authenticate, resultOf } = context;
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => authenticate(token)));
    clock.advance(500);
    expect(await resultOf(await issuer.token())).toBe('accepted as nightly');
    expect(issuer.requestedPaths).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test('are fetched from the configured jwksUrl without reading the discovery document', async () => {
    const { issuer, identity, configure, resultOf } = context;
    configure(identity({ jwksUrl: `${issuer.url}/keys` }));
    expect(await resultOf(await issuer.token())).toBe('accepted as nightly');
    expect(issuer.requestedPaths).toEqual(['/keys']);
  });

  test('are fetched again for an unknown key ID, but only after the cooldown', async () => {
    const { issuer, clock, identity, configure, authenticate, resultOf } = context;
    configure(identity({ jwksUrl: `${issuer.url}/keys` }));
    await authenticate(await issuer.token());
    for (let i = 0; i < 50; i++)
      expect(await resultOf(await issuer.token({}, { kid: `k${i}` }))).toBe('identity_provider_unavailable');
    expect(issuer.requestedPaths).toHaveLength(1);
    clock.advance(30);
    expect(await resultOf(await issuer.token({}, { kid: 'k0' }))).toBe('unauthorized');
    expect(issuer.requestedPaths).toHaveLength(2);
  });

  test('that were published since the last fetch cause a 503 with Retry-After, and never a 401', async () => {
    const { issuer, clock, authenticate, resultOf } = context;
    await authenticate(await issuer.token());
    clock.advance(12);
    issuer.keys.push(await newIssuerKey('key-2', 'RS256'));
    const withNewKey = await issuer.token();
    await expect(authenticate(withNewKey)).rejects.toMatchObject({
      code: 'identity_provider_unavailable',
      retryAfterSeconds: 18,
      detail: expect.stringMatching(/fetched again soon/),
    });
    clock.advance(18);
    expect(await resultOf(withNewKey)).toBe('accepted as nightly');
  });

  test('that were published during a fetch cause no 401 for a token that joins the fetch', async () => {
    const { issuer, clock, authenticate, resultOf } = context;
    await authenticate(await issuer.token());
    clock.advance(31);
    let respond = (): void => {};
    const requested = new Promise<void>((resolve) => {
      issuer.respondInstead = (reply) => {
        const keys = issuer.keys.map(({ jwk }) => jwk);
        respond = () =>
          void reply.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/k`, keys }));
        if (issuer.requestedPaths.at(-1) === '/k') resolve();
        else respond();
      };
    });
    const first = resultOf(await issuer.token({}, { kid: 'never-published' }));
    await requested;
    issuer.keys.push(await newIssuerKey('key-2'));
    const second = resultOf(await issuer.token());
    respond();
    expect([await first, await second]).toEqual(['unauthorized', 'identity_provider_unavailable']);
  });

  test('are not accepted after they were withdrawn and the keys were fetched again', async () => {
    const { issuer, clock, authenticate, resultOf, nowSeconds } = context;
    const old = await issuer.token({ exp: nowSeconds() + 3600 });
    await authenticate(old);
    issuer.keys = [await newIssuerKey('key-2')];
    clock.advance(31);
    await authenticate(await issuer.token());
    expect(await resultOf(old)).toBe('identity_provider_unavailable');
    clock.advance(30);
    expect(await resultOf(old)).toBe('unauthorized');
  });

  test('are used for an hour while the issuer is down; other keys are unavailable until it recovers', async () => {
    const { issuer, clock, authenticate, resultOf, nowSeconds } = context;
    const token = await issuer.token({ exp: nowSeconds() + 7200 });
    await authenticate(token);
    issuer.respondInstead = (reply) => void reply.writeHead(500).end();
    clock.advance(1200);
    expect(await resultOf(token)).toBe('accepted as nightly');
    clock.advance(1200);
    expect(await resultOf(token)).toBe('accepted as nightly');
    clock.advance(60);
    issuer.keys.push(await newIssuerKey('key-2'));
    const withNewKey = await issuer.token({ exp: nowSeconds() + 7200 });
    await expect(authenticate(withNewKey)).rejects.toMatchObject({
      code: 'identity_provider_unavailable',
      status: 503,
      retryAfterSeconds: expect.any(Number),
    });
    clock.advance(1200);
    expect(await resultOf(token)).toBe('identity_provider_unavailable');
    issuer.respondInstead = null;
    expect(await resultOf(withNewKey)).toBe('identity_provider_unavailable');
    clock.advance(5);
    expect(await resultOf(withNewKey)).toBe('accepted as nightly');
  });

  const failures: [string, (reply: ServerResponse) => void][] = [
    ['returns 404', (reply) => void reply.writeHead(404).end()],
    ['returns HTML', (reply) => void reply.end('<html>')],
    ['returns JSON that is not a key set', (reply) => void reply.end('{"keys":"none"}')],
    [
      'redirects',
      (reply) => void reply.writeHead(302, { location: `${context.otherIssuer.url}/keys` }).end(),
    ],
    [
      'returns more than the size limit',
      (reply) => void reply.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`),
    ],
    ['closes the connection', (reply) => void reply.destroy()],
    ['does not respond', () => undefined],
  ];
  test.each(failures)('are unavailable if the issuer %s', async (_, respond) => {
    const { issuer, otherIssuer, resultOf } = context;
    issuer.respondInstead = respond;
    expect(await resultOf(await issuer.token())).toBe('identity_provider_unavailable');
    expect(otherIssuer.requestedPaths).toEqual([]);
  });

  test('are not fetched if the discovery document names another issuer, or a plain http URL', async () => {
    const { issuer, otherIssuer, identity, configure, resultOf } = context;
    for (const document of [
      { issuer: otherIssuer.url, jwks_uri: `${otherIssuer.url}/keys` },
      { issuer: issuer.url, jwks_uri: 'http://issuer.example/keys' },
      { issuer: issuer.url },
    ]) {
      configure(identity());
      issuer.respondInstead = (reply) => void reply.end(JSON.stringify(document));
      expect(await resultOf(await issuer.token())).toBe('identity_provider_unavailable');
    }
    expect(otherIssuer.requestedPaths).toEqual([]);
  });

  test('are rejected if they are symmetric, private or too weak', async () => {
    const { issuer, identity, configure, resultOf } = context;
    const [published] = issuer.keys as [IssuerKey];
    const token = await issuer.token();
    const weakKey = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const input = `${encodePart({ alg: 'RS256', kid: 'key-1' })}.${token.split('.')[1]}`;
    const weaklySigned = `${input}.${sign('sha256', Buffer.from(input), weakKey.privateKey).toString('base64url')}`;
    const cases: [JWK, string][] = [
      [{ kty: 'oct', k: encodePart('secret') }, token],
      [await exportJWK(published.privateKey), token],
      [weakKey.publicKey.export({ format: 'jwk' }) as JWK, weaklySigned],
    ];
    for (const [jwk, token] of cases) {
      configure(identity());
      issuer.keys = [{ ...published, jwk: { ...jwk, kid: 'key-1' } }];
      expect(await resultOf(token), jwk.kty).toBe('unauthorized');
    }
  });
});
