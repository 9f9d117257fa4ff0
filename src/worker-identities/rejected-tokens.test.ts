import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type IssuerKey, newIssuerKey } from './issuer.fixture.ts';
import { encodePart, signText, startTokenTest, type TokenTest } from './token-test.fixture.ts';

let context: TokenTest;
beforeEach(async () => {
  context = await startTokenTest();
});
afterEach(() => context.close());

/** Returns a token that must be rejected. */
type Attack = (context: TokenTest) => Promise<string>;

describe('rejects a token', () => {
  test.each<[string, Attack]>([
    ['for another audience', ({ issuer }) => issuer.token({ aud: 'other' })],
    ['for a second audience as well', ({ issuer }) => issuer.token({ aud: ['countersign', 'other'] })],
    ['whose audience differs in case', ({ issuer }) => issuer.token({ aud: 'Countersign' })],
    ['without an audience', ({ issuer }) => issuer.token({ aud: undefined as never })],
    ['with an empty list of audiences', ({ issuer }) => issuer.token({ aud: [] })],
  ])('%s', expectRejection);

  test.each<[string, Attack]>([
    ['of an issuer that is not configured', ({ issuer }) => issuer.token({ iss: 'https://issuer.example' })],
    ['whose issuer has a trailing slash', ({ issuer }) => issuer.token({ iss: `${issuer.url}/` })],
    ['with a list of issuers', ({ issuer }) => issuer.token({ iss: [issuer.url] as never })],
    [
      'that claims to be from another configured issuer',
      ({ issuer, otherIssuer }) => issuer.token({ iss: otherIssuer.url, sub: 'worker-2' }),
    ],
    ["with the ID of another issuer's key", ({ issuer }) => issuer.token({}, { kid: 'key-of-other' })],
    ['without a key ID', ({ issuer }) => issuer.token({}, { kid: undefined as never })],
    ['with an empty key ID', ({ issuer }) => issuer.token({}, { kid: '' })],
    ['with a key ID that is not a string', ({ issuer }) => issuer.token({}, { kid: 1 as never })],
  ])('%s', expectRejection);

  test.each<[string, Attack]>([
    [
      'that expired before the tolerated clock skew',
      ({ issuer, nowSeconds }) => issuer.token({ exp: nowSeconds() - 31 }),
    ],
    ['without an expiry', ({ issuer }) => issuer.token({ exp: undefined as never })],
    [
      'whose expiry is a string',
      ({ issuer, nowSeconds }) => issuer.token({ exp: `${nowSeconds() + 60}` as never }),
    ],
    [
      'with a lifetime of more than a day',
      ({ issuer, nowSeconds }) => issuer.token({ exp: nowSeconds() + 86_401 }),
    ],
    [
      'whose expiry overflows to infinity',
      (context) =>
        signText(
          keyOf(context),
          HEADER,
          `{"iss":"${context.issuer.url}","aud":"countersign","sub":"worker-1","iat":${context.nowSeconds()},"exp":1e999}`,
        ),
    ],
    ['that is not valid yet', ({ issuer, nowSeconds }) => issuer.token({ nbf: nowSeconds() + 31 })],
    ['that was issued in the future', ({ issuer, nowSeconds }) => issuer.token({ iat: nowSeconds() + 31 })],
    ['without the time of issue', ({ issuer }) => issuer.token({ iat: undefined as never })],
  ])('%s', expectRejection);

  test.each<[string, Attack]>([
    ['without a subject', ({ issuer }) => issuer.token({ sub: undefined as never })],
    ['with an empty subject', ({ issuer }) => issuer.token({ sub: '' })],
    ['with another subject', ({ issuer }) => issuer.token({ sub: 'worker-2' })],
    ['whose subject contains a Cyrillic look-alike', ({ issuer }) => issuer.token({ sub: 'wоrker-1' })],
    ['whose subject is a list', ({ issuer }) => issuer.token({ sub: ['worker-1'] as never })],
    ['whose subject has a trailing space', ({ issuer }) => issuer.token({ sub: 'worker-1 ' })],
    ['whose subject has a trailing NUL', ({ issuer }) => issuer.token({ sub: 'worker-1\0' })],
    [
      'that contains its subject twice',
      (context) =>
        signText(
          keyOf(context),
          HEADER,
          `{"iss":"${context.issuer.url}","aud":"countersign","sub":"x","\\u0073ub":"worker-1","iat":${context.nowSeconds()},"exp":${context.nowSeconds() + 60}}`,
        ),
    ],
  ])('%s', expectRejection);

  test.each<[string, Attack]>([
    [
      'with the algorithm "none"',
      async (context) => `${encodePart({ alg: 'none', kid: 'key-1' })}.${await validPayload(context)}.`,
    ],
    [
      'with the algorithm "none" and a signature',
      async (context) => `${encodePart({ alg: 'none', kid: 'key-1' })}.${await validPayload(context)}.AAAA`,
    ],
    ['signed with HMAC and the public key in PEM', (context) => signWithPublicKey(context, 'spki')],
    ['signed with HMAC and the published JWK', (context) => signWithPublicKey(context, 'jwk')],
    [
      'whose header contains the key to verify it',
      (context) => signWithAttackerKey(context, (key) => ({ jwk: key.jwk })),
    ],
    [
      'whose header contains the URL of its keys',
      (context) =>
        signWithAttackerKey(context, () => ({
          jku: `${context.otherIssuer.url}/keys`,
          x5u: `${context.otherIssuer.url}/keys`,
        })),
    ],
    [
      "signed with an attacker's key under the issuer's key ID",
      (context) => signWithAttackerKey(context, () => ({})),
    ],
    [
      'whose payload was replaced',
      async (context) => {
        const [header, , signature] = (await context.issuer.token({ sub: 'x' })).split('.');
        return `${header}.${await validPayload(context)}.${signature}`;
      },
    ],
    ['whose signature is truncated', async ({ issuer }) => (await issuer.token()).slice(0, -2)],
    [
      'that contains its algorithm twice',
      (context) =>
        signText(
          keyOf(context),
          '{"alg":"none","kid":"key-1","alg":"ES256"}',
          JSON.stringify(validClaims(context)),
        ),
    ],
    [
      'with a critical header extension',
      (context) =>
        signText(
          keyOf(context),
          JSON.stringify({ alg: 'ES256', kid: 'key-1', crit: ['b64'], b64: false }),
          JSON.stringify(validClaims(context)),
        ),
    ],
    ['in the form of an encrypted JWT', async ({ issuer }) => `${await issuer.token()}.AAAA.AAAA`],
  ])('%s', expectRejection);
});

test('rejects a valid token of one issuer that matches only an identity of another', async () => {
  const { issuer, otherIssuer, resultOf } = context;
  expect(await resultOf(await otherIssuer.token({ sub: 'worker-2' }))).toBe('accepted as other');
  expect(await resultOf(await otherIssuer.token({ sub: 'worker-1' }))).toBe('unauthorized');
  expect(await resultOf(await issuer.token({ sub: 'worker-2' }))).toBe('unauthorized');
});

test('tolerates 30 seconds of clock skew, but no longer lifetime', async () => {
  const { clock, issuer, resultOf, nowSeconds } = context;
  expect(await resultOf(await issuer.token({ exp: nowSeconds() - 29 }))).toBe('accepted as nightly');
  expect(await resultOf(await issuer.token({ nbf: nowSeconds() + 30, iat: nowSeconds() + 30 }))).toBe(
    'accepted as nightly',
  );
  expect(await resultOf(await issuer.token({ exp: nowSeconds() + 86_400 }))).toBe('accepted as nightly');
  clock.advance(86_400 + 31);
  expect(await resultOf(await issuer.token({ iat: nowSeconds() - 86_431, exp: nowSeconds() + 60 }))).toBe(
    'unauthorized',
  );
});

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'key-1' });

async function expectRejection(_: string, attack: Attack): Promise<void> {
  const { issuer, otherIssuer, clock, resultOf } = context;
  expect(await resultOf(await issuer.token())).toBe('accepted as nightly');
  // A token with an unknown key ID is rejected only after the keys were fetched again.
  clock.advance(31);
  expect(await resultOf(await attack(context))).toBe('unauthorized');
  const unexpected = otherIssuer.requestedPaths.filter(
    (path) => path !== '/keys' && !path.startsWith('/.well-known'),
  );
  expect(unexpected).toEqual([]);
}

function keyOf({ issuer }: TokenTest): IssuerKey {
  return issuer.keys[0] as IssuerKey;
}

function validClaims({ issuer, nowSeconds }: TokenTest) {
  const iat = nowSeconds();
  return { iss: issuer.url, aud: 'countersign', sub: 'worker-1', iat, exp: iat + 60 };
}

async function validPayload({ issuer }: TokenTest): Promise<string> {
  return (await issuer.token()).split('.')[1] as string;
}

/** Uses the issuer's public key, which everybody knows, as the secret of an HMAC. */
async function signWithPublicKey(context: TokenTest, form: 'spki' | 'jwk'): Promise<string> {
  const { jwk } = keyOf(context);
  const key = (await importJWK(jwk, 'ES256')) as CryptoKey;
  const secret = form === 'spki' ? await exportSPKI(key) : JSON.stringify(jwk);
  const input = `${encodePart({ alg: 'HS256', kid: 'key-1' })}.${await validPayload(context)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

async function signWithAttackerKey(
  context: TokenTest,
  headerOf: (attackerKey: IssuerKey) => object,
): Promise<string> {
  const attackerKey = await newIssuerKey('key-1');
  return new SignJWT(validClaims(context))
    .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...headerOf(attackerKey) })
    .sign(attackerKey.privateKey);
}
