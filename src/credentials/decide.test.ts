import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONNECTION_STATUSES } from '../connections/connection.ts';
import type { Principal } from '../identity/principal.ts';
import { decide, type Refusal } from './decide.ts';
import type { CredentialTarget } from './target/credential-target.ts';

const profile = {
  name: 'read-only',
  sessionPolicy: null,
  sessionPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  maxDurationSeconds: 1200,
  sessionTags: true,
  sourceIdentity: true,
};

const targets = fc.record<CredentialTarget>({
  tenantId: fc.constant('tenant_1'),
  tenantReference: fc.option(fc.string()),
  tenantStatus: fc.constantFrom('active', 'active', 'suspended', 'offboarded'),
  connectionId: fc.constant('connection_1'),
  connectionStatus: fc.constantFrom('verified' as const, ...CONNECTION_STATUSES),
  roleArn: fc.constant('arn:aws:iam::111111111111:role/Role'),
  accountId: fc.constant('111111111111'),
  partition: fc.constant('aws'),
  verifiedExternalId: fc.option(fc.constant({ id: 1n, value: 'external-id' })),
  profile: fc.option(fc.constant(profile)),
});
const principals = fc.record<Principal>({
  keyId: fc.constant('key_1'),
  name: fc.string(),
  role: fc.constant('worker'),
  tenantId: fc.constant(null),
  tenants: fc.constantFrom('any' as const, ['tenant_1'], ['tenant_2'], []),
  profiles: fc.constantFrom('any' as const, ['read-only'], ['other', 'read-only'], []),
  requestId: fc.constant('request_1'),
});
const requests = fc.record({
  profile: fc.option(fc.constantFrom('read-only', 'other')),
  durationSeconds: fc.option(fc.integer({ min: 900, max: 3600 })),
  purpose: fc.option(fc.string()),
});

/** Every text of a refusal that people may read. */
const textsOf = (refusal: Refusal): string[] => [
  ...('detail' in refusal ? [refusal.detail] : []),
  ...('errors' in refusal ? refusal.errors.map(({ message }) => message) : []),
];

test('allows only a verified connection of an active tenant that the worker may use, with its verified external ID', () => {
  fc.assert(
    fc.property(targets, principals, requests, (target, principal, request) => {
      const decision = decide(target, principal, request);
      if ('refuse' in decision) return;
      expect([target.tenantStatus, target.connectionStatus]).toEqual(['active', 'verified']);
      expect(principal.tenants === 'any' || principal.tenants.includes(target.tenantId)).toBe(true);
      expect(decision.allow.externalId).toBe(target.verifiedExternalId);
      expect(decision.allow.externalId).not.toBeNull();
      expect(decision.allow).toMatchObject({ roleArn: target.roleArn, partition: target.partition });
    }),
    { numRuns: 2000 },
  );
});

test('only a pending or unreachable connection is verified again because of a request', () => {
  fc.assert(
    fc.property(targets, principals, requests, (target, principal, request) => {
      const decision = decide(target, principal, request);
      if (!('refuse' in decision) || decision.refuse.code !== 'connection_not_verified') return;
      expect(target.tenantStatus).toBe('active');
      expect(decision.refuse.heals).toBe(['pending', 'unreachable'].includes(target.connectionStatus));
    }),
    { numRuns: 2000 },
  );
});

test('no refusal has a text with a missing value', () => {
  fc.assert(
    fc.property(targets, principals, requests, (target, principal, request) => {
      const decision = decide(target, principal, request);
      const texts = 'refuse' in decision ? textsOf(decision.refuse) : [];
      for (const text of texts) expect(text).not.toMatch(/undefined|null|\[object/);
    }),
    { numRuns: 2000 },
  );
});
