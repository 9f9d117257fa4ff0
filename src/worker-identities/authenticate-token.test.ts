import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authenticate as authenticateBearer } from '../access/authenticate.ts';
import { isObject } from '../lib/is-object.ts';
import { newIssuerKey } from './issuer.fixture.ts';
import { encodePart, startTokenTest, type TokenTest } from './token-test.fixture.ts';

let context: TokenTest;
beforeEach(async () => {
  context = await startTokenTest();
});
afterEach(() => context.close());

test('a matching token authenticates a worker with the limits of its identity, and no other role', async () => {
  const { issuer, identity, configure, authenticate } = context;
  const tenantIds = ['tenant_00000000000000000000000000'];
  configure(identity({ tenantIds }));
  const token = await issuer.token({ role: 'admin', tenants: 'any', tenantIds: 'any', keyId: 'key_1' });
  expect(await authenticate(token)).toMatchObject({
    keyId: expect.stringMatching(/^identity_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
    name: 'nightly',
    role: 'worker',
    tenantId: null,
    tenants: tenantIds,
    oidc: { issuer: issuer.url, subject: 'worker-1' },
  });
});

test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'])(
  'accepts a token signed with %s',
  async (alg) => {
    const { issuer, resultOf } = context;
    issuer.keys = [await newIssuerKey('new', alg)];
    expect(await resultOf(await issuer.token())).toBe('accepted as nightly');
  },
);

test('renewed tokens keep their principal ID, which differs by subject, identity and issuer', async () => {
  const { issuer, otherIssuer, identity, configure, authenticate, nowSeconds } = context;
  configure(
    identity({ claims: { sub: ['a', 'b'] } }),
    identity({ name: 'second', claims: { sub: 'c' } }),
    identity({ name: 'third', issuer: otherIssuer.url, claims: { sub: 'a' } }),
  );
  const ids = new Set<string>();
  for (const token of [
    await issuer.token({ sub: 'a' }),
    await issuer.token({ sub: 'a', exp: nowSeconds() + 60, jti: 'x' }),
    await issuer.token({ sub: 'b' }),
    await issuer.token({ sub: 'c' }),
    await otherIssuer.token({ sub: 'a' }),
  ]) {
    ids.add((await authenticate(token)).keyId);
  }
  expect(ids.size).toBe(4);
});

test('malformed tokens, unknown issuers and symmetric algorithms cause no network or database access', async () => {
  const { issuer, otherIssuer } = context;
  const keys = {
    find: () => {
      throw new Error('unexpected database access');
    },
    isFromEnvironment: () => false,
  };
  const part = fc.oneof(fc.stringMatching(/^[\w-]{1,40}$/), fc.json().map(encodePart));
  const tokens = fc.oneof(
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    fc
      .tuple(fc.constantFrom('none', 'HS256', 'ES256', 'ES512', 'dir'), fc.webUrl())
      .map(([alg, iss]) => `${encodePart({ alg, kid: 'key-1' })}.${encodePart({ iss })}.AAAA`),
    fc
      .constantFrom('none', 'None', 'NONE', 'HS256', 'HS384', 'HS512', '', 'es256', 'A128KW')
      .map((alg) => `${encodePart({ alg, kid: 'key-1' })}.${encodePart({ iss: issuer.url })}.AAAA`),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constant(
      `${encodePart({ alg: 'ES256', kid: 'key-1' })}.${encodePart({ iss: issuer.url, x: 'y'.repeat(9000) })}.AAAA`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      await expect(authenticateBearer({ ...context.deps, keys }, token)).rejects.toMatchObject({
        code: 'unauthorized',
      });
    }),
    { numRuns: 1000 },
  );
  expect([issuer.requestedPaths, otherIssuer.requestedPaths]).toEqual([[], []]);
});

test('accepts a token exactly if all its claims satisfy the rules', async () => {
  const { issuer, identity, configure, resultOf } = context;
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
  const matchingClaims = {
    repository: 'a',
    ref: 'b',
    enabled: true,
    'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'b', uid: '1' }, pod: {} },
  };
  const changedClaim = fc.oneof(
    fc.record({
      name: fc.constantFrom('repository', 'ref', 'enabled', 'kubernetes.io'),
      value: claim,
    }),
    fc.record({
      name: fc.constant('kubernetes.io'),
      value: fc.record({ namespace: claim, serviceaccount: fc.oneof(claim, fc.record({ name: claim })) }),
    }),
  );
  const isAllowed: Record<string, (value: unknown) => boolean> = {
    repository: (value) => value === 'a',
    ref: (value) => value === 'a' || value === 'b',
    enabled: (value) => value === true,
    'kubernetes.io': (value) =>
      isObject(value) &&
      value.namespace === 'a' &&
      isObject(value.serviceaccount) &&
      value.serviceaccount.name === 'b',
  };
  await fc.assert(
    fc.asyncProperty(changedClaim, async ({ name, value }) => {
      const expected = isAllowed[name]?.(value) ? 'accepted as nightly' : 'unauthorized';
      expect(await resultOf(await issuer.token({ ...matchingClaims, [name]: value }))).toBe(expected);
    }),
    { numRuns: 300 },
  );
  expect(await resultOf(await issuer.token(matchingClaims))).toBe('accepted as nightly');
});

test('rejects a token that is older than maxTokenAgeSeconds, even if it has not expired', async () => {
  const { issuer, clock, identity, configure, authenticate, resultOf, nowSeconds } = context;
  configure(identity({ maxTokenAgeSeconds: 300 }));
  const token = await issuer.token({ exp: nowSeconds() + 7200 });
  clock.advance(330);
  expect(await resultOf(token)).toBe('accepted as nightly');
  clock.advance(1);
  await expect(authenticate(token)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringMatching(/more than 300 seconds ago/),
  });
});

test('uses the first matching identity in the order of the configuration', async () => {
  const { issuer, identity, configure, resultOf } = context;
  const [first, second] = [identity({ name: 'first' }), identity({ name: 'second' })];
  configure(first, second);
  expect(await resultOf(await issuer.token())).toBe('accepted as first');
  configure(second, first);
  expect(await resultOf(await issuer.token())).toBe('accepted as second');
});
