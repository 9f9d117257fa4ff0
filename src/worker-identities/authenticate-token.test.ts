import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { type CryptoKey, exportJWK, exportSPKI, importJWK, type JWK, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from '../access/authenticate.ts';
import { manualClock } from '../lib/clock.ts';
import { authenticateToken } from './authenticate-token.ts';
import { type Issuer, newIssuerKey, startIssuer } from './issuer.fixture.ts';
import { tokenIssuers } from './token-issuers.ts';
import type { WorkerIdentity } from './worker-identity.ts';

const log = pino({ level: 'silent' });
let clock: ReturnType<typeof manualClock>;
let issuer: Issuer;
let other: Issuer;
let deps: Parameters<typeof authenticateToken>[0];

const identity = (more: Partial<WorkerIdentity> = {}): WorkerIdentity => ({
  name: 'nightly',
  issuer: issuer.url,
  audience: 'countersign',
  claims: { sub: 'worker-1' },
  tenantIds: 'any',
  profiles: 'any',
  ...more,
});

function configure(...identities: WorkerIdentity[]): void {
  deps = {
    clock,
    log,
    tokenIssuers: tokenIssuers(identities, { clock, log }),
    isTokenRevoked: async () => false,
  };
}

beforeEach(async () => {
  clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  issuer = await startIssuer(clock.now);
  other = await startIssuer(clock.now, 'key-of-other');
  configure(identity(), identity({ name: 'of the other', issuer: other.url, claims: { sub: 'worker-2' } }));
});
afterEach(async () => {
  await issuer.close();
  await other.close();
});

const seconds = () => Math.floor(clock.now().getTime() / 1000);
const admitted = (token: string) => authenticateToken(deps, token);
const code = (token: string) =>
  authenticateToken(deps, token).then(
    (principal) => `admitted as ${principal.name}`,
    (error) => error.code as string,
  );
const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs text as it is, where a library would tidy it up first. */
async function signText(header: string, payload: string): Promise<string> {
  const { privateKey } = issuer.keys[0] as Issuer['keys'][0];
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    Buffer.from(input),
  );
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

test('a token that fits is a worker, held to what the identity says, and never anything else', async () => {
  const tenantIds = ['tenant_00000000000000000000000000'];
  configure(identity({ tenantIds }));
  const token = await issuer.token({ role: 'admin', tenants: 'any', tenantIds: 'any', keyId: 'key_1' });
  expect(await admitted(token)).toMatchObject({
    keyId: expect.stringMatching(/^identity_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
    name: 'nightly',
    role: 'worker',
    tenantId: null,
    tenants: tenantIds,
    oidc: { issuer: issuer.url, subject: 'worker-1' },
  });
});

test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'])(
  'a token that is signed by %s is admitted',
  async (alg) => {
    issuer.keys = [await newIssuerKey('new', alg)];
    expect(await code(await issuer.token())).toBe('admitted as nightly');
  },
);

test('who somebody is stays the same through renewed tokens, and differs by subject, identity and issuer', async () => {
  configure(
    identity({ claims: { sub: ['a', 'b'] } }),
    identity({ name: 'second', claims: { sub: 'c' } }),
    identity({ name: 'third', issuer: other.url, claims: { sub: 'a' } }),
  );
  const ids = new Set<string>();
  for (const token of [
    await issuer.token({ sub: 'a' }),
    await issuer.token({ sub: 'a', exp: seconds() + 60, jti: 'x' }),
    await issuer.token({ sub: 'b' }),
    await issuer.token({ sub: 'c' }),
    await other.token({ sub: 'a' }),
  ]) {
    ids.add((await admitted(token)).keyId);
  }
  expect(ids.size).toBe(4);
});

describe('a token is refused', () => {
  const attacks: [string, () => Promise<string>][] = [
    ['with another audience', () => issuer.token({ aud: 'somebody else' })],
    ['that is meant for somebody else too', () => issuer.token({ aud: ['countersign', 'somebody else'] })],
    ['with an audience in another case', () => issuer.token({ aud: 'Countersign' })],
    ['without an audience', () => issuer.token({ aud: undefined as never })],
    ['with no audience in its list', () => issuer.token({ aud: [] })],
    ['with an issuer that is not configured', () => issuer.token({ iss: 'https://issuer.example' })],
    ['with a slash behind its issuer', () => issuer.token({ iss: `${issuer.url}/` })],
    ['with a list of issuers', () => issuer.token({ iss: [issuer.url] as never })],
    ['that says it is of the other issuer', () => issuer.token({ iss: other.url, sub: 'worker-2' })],
    ["that names the other issuer's key", () => issuer.token({}, { kid: 'key-of-other' })],
    ['that expired more than the skew ago', () => issuer.token({ exp: seconds() - 31 })],
    ['without an expiry', () => issuer.token({ exp: undefined as never })],
    ['with an expiry in text', () => issuer.token({ exp: `${seconds() + 60}` as never })],
    ['that is valid for longer than a day', () => issuer.token({ exp: seconds() + 86_401 })],
    [
      'that never expires, in numbers beyond all',
      () =>
        signText(
          JSON.stringify({ alg: 'ES256', kid: 'key-1' }),
          `{"iss":"${issuer.url}","aud":"countersign","sub":"worker-1","iat":${seconds()},"exp":1e999}`,
        ),
    ],
    ['that is not valid yet', () => issuer.token({ nbf: seconds() + 31 })],
    ['that was issued in the future', () => issuer.token({ iat: seconds() + 31 })],
    ['without the time of issue', () => issuer.token({ iat: undefined as never })],
    ['without a subject', () => issuer.token({ sub: undefined as never })],
    ['with an empty subject', () => issuer.token({ sub: '' })],
    ['with another subject', () => issuer.token({ sub: 'worker-2' })],
    ['with a subject that only looks alike', () => issuer.token({ sub: 'wоrker-1' })],
    ['with a subject that is a list', () => issuer.token({ sub: ['worker-1'] as never })],
    ['with a subject and a blank', () => issuer.token({ sub: 'worker-1 ' })],
    ['with a subject and a NUL', () => issuer.token({ sub: 'worker-1\0' })],
    ['without a key ID', () => issuer.token({}, { kid: undefined as never })],
    ['with an empty key ID', () => issuer.token({}, { kid: '' })],
    ['with a key ID that is no text', () => issuer.token({}, { kid: 1 as never })],
    [
      'with an extension that must be understood',
      () =>
        signText(
          JSON.stringify({ alg: 'ES256', kid: 'key-1', crit: ['b64'], b64: false }),
          JSON.stringify({
            iss: issuer.url,
            aud: 'countersign',
            sub: 'worker-1',
            iat: seconds(),
            exp: seconds() + 60,
          }),
        ),
    ],
    [
      'of the algorithm "none"',
      async () => `${base64url({ alg: 'none', kid: 'key-1' })}.${await payload()}.`,
    ],
    [
      'of the algorithm "none" with a signature',
      async () => `${base64url({ alg: 'none', kid: 'key-1' })}.${await payload()}.AAAA`,
    ],
    ['that is signed with the public key as a secret', () => hmac('spki')],
    ['that is signed with the published key text as a secret', () => hmac('jwk')],
    ['that carries its own key', () => forged((stranger) => ({ jwk: stranger.jwk }))],
    [
      'that says where its keys are',
      () => forged(() => ({ jku: `${other.url}/keys`, x5u: `${other.url}/keys` })),
    ],
    ['that a stranger signed under the same key ID', () => forged(() => ({}))],
    [
      'whose payload was changed',
      async () => {
        const [header, , signature] = (await issuer.token({ sub: 'x' })).split('.');
        return `${header}.${await payload()}.${signature}`;
      },
    ],
    ['whose signature is missing a byte', async () => (await issuer.token()).slice(0, -2)],
    [
      'that names its subject twice',
      () =>
        signText(
          JSON.stringify({ alg: 'ES256', kid: 'key-1' }),
          `{"iss":"${issuer.url}","aud":"countersign","sub":"x","\\u0073ub":"worker-1","iat":${seconds()},"exp":${seconds() + 60}}`,
        ),
    ],
    [
      'that names its algorithm twice',
      () =>
        signText(
          `{"alg":"none","kid":"key-1","alg":"ES256"}`,
          JSON.stringify({
            iss: issuer.url,
            aud: 'countersign',
            sub: 'worker-1',
            iat: seconds(),
            exp: seconds() + 60,
          }),
        ),
    ],
    ['of an encrypted form', async () => `${await issuer.token()}.AAAA.AAAA`],
  ];

  const payload = async () => (await issuer.token()).split('.')[1] as string;

  async function hmac(secretForm: 'spki' | 'jwk'): Promise<string> {
    const { jwk } = issuer.keys[0] as Issuer['keys'][0];
    const key = (await importJWK(jwk, 'ES256')) as CryptoKey;
    const secret = secretForm === 'spki' ? await exportSPKI(key) : JSON.stringify(jwk);
    const input = `${base64url({ alg: 'HS256', kid: 'key-1' })}.${await payload()}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  async function forged(header: (stranger: Issuer['keys'][0]) => object): Promise<string> {
    const stranger = await newIssuerKey('key-1');
    return new SignJWT({
      iss: issuer.url,
      aud: 'countersign',
      sub: 'worker-1',
      iat: seconds(),
      exp: seconds() + 60,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...header(stranger) })
      .sign(stranger.privateKey);
  }

  test.each(attacks)('%s', async (_, attack) => {
    expect(await code(await issuer.token())).toBe('admitted as nightly');
    expect(await code(await attack())).toBe('unauthorized');
    expect(other.asked.filter((path) => path !== '/keys' && !path.startsWith('/.well-known'))).toEqual([]);
  });

  test('of one issuer under the rules of another, though both are configured and genuine', async () => {
    expect(await code(await other.token({ sub: 'worker-2' }))).toBe('admitted as of the other');
    expect(await code(await other.token({ sub: 'worker-1' }))).toBe('unauthorized');
    expect(await code(await issuer.token({ sub: 'worker-2' }))).toBe('unauthorized');
  });

  test('at the ends of the skew it is still admitted', async () => {
    expect(await code(await issuer.token({ exp: seconds() - 29 }))).toBe('admitted as nightly');
    expect(await code(await issuer.token({ nbf: seconds() + 30, iat: seconds() + 30 }))).toBe(
      'admitted as nightly',
    );
    expect(await code(await issuer.token({ exp: seconds() + 86_400 }))).toBe('admitted as nightly');
    clock.advance(86_400 + 31);
    expect(await code(await issuer.token({ iat: seconds() - 86_431, exp: seconds() + 60 }))).toBe(
      'unauthorized',
    );
  });
});

test('garbage, unknown issuers and symmetric algorithms reach neither network nor database', async () => {
  const keys = {
    find: () => {
      throw new Error('the database was asked');
    },
    isFromEnvironment: () => false,
  };
  const part = fc.oneof(fc.stringMatching(/^[\w-]{1,40}$/), fc.json().map(base64url));
  const tokens = fc.oneof(
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    fc
      .tuple(fc.constantFrom('none', 'HS256', 'ES256', 'ES512', 'dir'), fc.webUrl())
      .map(([alg, iss]) => `${base64url({ alg, kid: 'key-1' })}.${base64url({ iss })}.AAAA`),
    fc
      .constantFrom('none', 'None', 'NONE', 'HS256', 'HS384', 'HS512', '', 'es256', 'A128KW')
      .map((alg) => `${base64url({ alg, kid: 'key-1' })}.${base64url({ iss: issuer.url })}.AAAA`),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constant(
      `${base64url({ alg: 'ES256', kid: 'key-1' })}.${base64url({ iss: issuer.url, x: 'y'.repeat(9000) })}.AAAA`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      await expect(authenticate({ ...deps, keys }, token)).rejects.toMatchObject({ code: 'unauthorized' });
    }),
    { numRuns: 1000 },
  );
  expect([issuer.asked, other.asked]).toEqual([[], []]);
});

test('no token that differs from a rule in any claim is admitted, and every one that does not is', async () => {
  const text = fc.oneof(
    fc.constantFrom('a', 'b', 'A', 'ä', 'a ', ''),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  const scalar = fc.oneof(text, fc.integer({ min: -1, max: 2 }), fc.boolean());
  const claim: fc.Arbitrary<unknown> = fc.oneof(
    scalar,
    fc.constant(null),
    fc.array(scalar, { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('namespace', 'name'), scalar),
    fc.constant(undefined),
  );
  const required = {
    repository: 'a',
    ref: ['a', 'b'] as string[],
    enabled: true,
    'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'b' } },
  };
  configure(identity({ claims: required }));
  const right = {
    repository: 'a',
    ref: 'b',
    enabled: true,
    'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'b', uid: '1' }, pod: {} },
  };
  const wrong = fc.oneof(
    fc.record({
      name: fc.constantFrom('repository', 'ref', 'enabled', 'kubernetes.io'),
      value: claim,
    }),
    fc.record({
      name: fc.constant('kubernetes.io'),
      value: fc.record({ namespace: claim, serviceaccount: fc.oneof(claim, fc.record({ name: claim })) }),
    }),
  );
  const fitting: Record<string, (value: unknown) => boolean> = {
    repository: (value) => value === 'a',
    ref: (value) => value === 'a' || value === 'b',
    enabled: (value) => value === true,
    'kubernetes.io': (value) =>
      (value as typeof right)?.['namespace' as never] === 'a' &&
      (value as { serviceaccount?: { name?: unknown } }).serviceaccount?.name === 'b',
  };
  await fc.assert(
    fc.asyncProperty(wrong, async ({ name, value }) => {
      const expected = fitting[name]?.(value) ? 'admitted as nightly' : 'unauthorized';
      expect(await code(await issuer.token({ ...right, [name]: value }))).toBe(expected);
    }),
    { numRuns: 300 },
  );
  expect(await code(await issuer.token(right))).toBe('admitted as nightly');
});

test('a token is taken for as long after it was issued as its identity says, though it is valid for longer', async () => {
  configure(identity({ maxTokenAgeSeconds: 300 }));
  const token = await issuer.token({ exp: seconds() + 7200 });
  clock.advance(330);
  expect(await code(token)).toBe('admitted as nightly');
  clock.advance(1);
  await expect(admitted(token)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringMatching(/more than 300 seconds ago/),
  });
});

test('of several identities that admit a token the first in the file is the one', async () => {
  const [first, second] = [identity({ name: 'first' }), identity({ name: 'second' })];
  configure(first, second);
  expect(await code(await issuer.token())).toBe('admitted as first');
  configure(second, first);
  expect(await code(await issuer.token())).toBe('admitted as second');
});

describe("an issuer's keys", () => {
  test('are fetched once for all who come at the same time, and kept', async () => {
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => admitted(token)));
    clock.advance(500);
    expect(await code(await issuer.token())).toBe('admitted as nightly');
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test('come from the configured address where there is one, without asking for another', async () => {
    configure(identity({ jwksUrl: `${issuer.url}/keys` }));
    expect(await code(await issuer.token())).toBe('admitted as nightly');
    expect(issuer.asked).toEqual(['/keys']);
  });

  test('are taken anew when a new one comes into use, but however many unknown ones are named, not sooner than after the cooldown', async () => {
    configure(identity({ jwksUrl: `${issuer.url}/keys` }));
    await admitted(await issuer.token());
    for (let i = 0; i < 50; i++)
      expect(await code(await issuer.token({}, { kid: `k${i}` }))).toBe('unauthorized');
    expect(issuer.asked).toHaveLength(1);
    issuer.keys.push(await newIssuerKey('key-2', 'RS256'));
    expect(await code(await issuer.token())).toBe('unauthorized');
    clock.advance(30);
    expect(await code(await issuer.token())).toBe('admitted as nightly');
    expect(issuer.asked).toHaveLength(2);
  });

  test('that were withdrawn are refused once the keys are taken anew', async () => {
    const old = await issuer.token({ exp: seconds() + 3600 });
    await admitted(old);
    issuer.keys = [await newIssuerKey('key-2')];
    clock.advance(31);
    await admitted(await issuer.token());
    expect(await code(old)).toBe('unauthorized');
  });

  test('go on for an hour while the issuer is down; a new key, or none at all, is "unavailable" and may be tried again', async () => {
    const token = await issuer.token({ exp: seconds() + 7200 });
    await admitted(token);
    issuer.instead = (reply) => void reply.writeHead(500).end();
    clock.advance(1200);
    expect(await code(token)).toBe('admitted as nightly');
    clock.advance(1200);
    expect(await code(token)).toBe('admitted as nightly');
    clock.advance(60);
    issuer.keys.push(await newIssuerKey('key-2'));
    const fresh = await issuer.token({ exp: seconds() + 7200 });
    await expect(admitted(fresh)).rejects.toMatchObject({
      code: 'identity_provider_unavailable',
      status: 503,
      retryAfterSeconds: expect.any(Number),
    });
    clock.advance(1200);
    expect(await code(token)).toBe('identity_provider_unavailable');
    issuer.instead = null;
    expect(await code(fresh)).toBe('identity_provider_unavailable');
    clock.advance(5);
    expect(await code(fresh)).toBe('admitted as nightly');
  });

  const broken: [string, (reply: ServerResponse) => void][] = [
    ['answers 404', (reply) => void reply.writeHead(404).end()],
    ['answers HTML', (reply) => void reply.end('<html>')],
    ['answers something else in JSON', (reply) => void reply.end('{"keys":"none"}')],
    ['sends us elsewhere', (reply) => void reply.writeHead(302, { location: `${other.url}/keys` }).end()],
    ['answers without end', (reply) => void reply.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
    ['closes the connection', (reply) => void reply.destroy()],
    ['hangs', () => undefined],
  ];
  test.each(broken)('that cannot be had, since the issuer %s, admit nobody', async (_, instead) => {
    issuer.instead = instead;
    expect(await code(await issuer.token())).toBe('identity_provider_unavailable');
    expect(other.asked).toEqual([]);
  });

  test('are not taken from a discovery document that speaks of another issuer, or names plain http elsewhere', async () => {
    for (const document of [
      { issuer: other.url, jwks_uri: `${other.url}/keys` },
      { issuer: issuer.url, jwks_uri: 'http://issuer.example/keys' },
      { issuer: issuer.url },
    ]) {
      configure(identity());
      issuer.instead = (reply) => void reply.end(JSON.stringify(document));
      expect(await code(await issuer.token())).toBe('identity_provider_unavailable');
    }
    expect(other.asked).toEqual([]);
  });

  test('of a symmetric or private kind, or too weak, admit nobody', async () => {
    const [known] = issuer.keys as [Issuer['keys'][0]];
    const token = await issuer.token();
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const input = `${base64url({ alg: 'RS256', kid: 'key-1' })}.${token.split('.')[1]}`;
    const weakly = `${input}.${sign('sha256', Buffer.from(input), weak.privateKey).toString('base64url')}`;
    const cases: [JWK, string][] = [
      [{ kty: 'oct', k: base64url('secret') }, token],
      [await exportJWK(known.privateKey), token],
      [weak.publicKey.export({ format: 'jwk' }) as JWK, weakly],
    ];
    for (const [jwk, token] of cases) {
      configure(identity());
      issuer.keys = [{ ...known, jwk: { ...jwk, kid: 'key-1' } }];
      expect(await code(token), jwk.kty).toBe('unauthorized');
    }
  });
});
