import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionProfile } from '../target/credential-target.ts';
import {
  buildSessionOptions,
  requestedProfileName,
  selectDurationSeconds,
  selectProfile,
} from './session.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const profileOf = (name: string, maxDurationSeconds = 3600): SessionProfile => ({
  name,
  sessionPolicy: `{"Id":"${name}"}`,
  sessionPolicyArns: [],
  maxDurationSeconds,
  sessionTags: false,
  sourceIdentity: false,
});

/** Simulates the database: the requested profile or else the connection's, if it exists. */
const findProfile = (existing: string[], requested: string | null, own: string | null) => {
  const name = requested ?? own;
  return name !== null && existing.includes(name) ? profileOf(name) : null;
};

const select = (allowed: 'any' | string[], named: string | null, existing: string[], own: string | null) => {
  const principal = { profiles: allowed };
  const requested = requestedProfileName(principal, named);
  return selectProfile(principal, requested, findProfile(existing, requested, own));
};

describe('no request widens a session', () => {
  const cases = fc.record({
    allowed: fc.oneof(fc.constant('any' as const), fc.uniqueArray(name)),
    named: fc.option(name),
    existing: fc.uniqueArray(name),
    own: fc.option(name),
  });

  test('a key that is limited to profiles gets one of them or an error', () => {
    fc.assert(
      fc.property(cases, ({ allowed, named, existing, own }) => {
        const selected = select(allowed, named, existing, own);
        if (allowed === 'any' || 'invalid' in selected) return;
        expect(selected.selected).not.toBeNull();
        expect(allowed).toContain(selected.selected?.name);
      }),
      { numRuns: 1000 },
    );
  });

  test('a request that names a profile gets exactly that one or an error', () => {
    fc.assert(
      fc.property(cases, ({ allowed, named, existing, own }) => {
        if (named === null) return;
        const selected = select(allowed, named, existing, own);
        if ('invalid' in selected)
          expect(existing.includes(named) && (allowed === 'any' || allowed.includes(named))).toBe(false);
        else expect(selected.selected?.name).toBe(named);
      }),
      { numRuns: 1000 },
    );
  });

  test('a session has no profile only if the key may use any, and neither request nor connection names one', () => {
    fc.assert(
      fc.property(cases, ({ allowed, named, existing, own }) => {
        const selected = select(allowed, named, existing, own);
        if ('invalid' in selected || selected.selected !== null) return;
        expect([allowed, named]).toEqual(['any', null]);
        expect(own === null || !existing.includes(own)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('a session is not longer than its profile allows, nor longer than requested', () => {
    const seconds = fc.integer({ min: 900, max: 3600 });
    fc.assert(
      fc.property(seconds, fc.option(seconds), (max, requested) => {
        const profile = profileOf('a', max);
        const selected = selectDurationSeconds(profile, requested);
        if (requested !== null && requested > max) {
          const message = expect.stringContaining(`${max}`);
          expect(selected).toEqual({ invalid: { path: 'durationSeconds', message } });
        } else expect(selected).toEqual({ selected: requested ?? max });
      }),
    );
  });
});

test('a profile that a key may not use gives exactly the same answer as a missing one', () => {
  const [forbidden, missing] = [select(['b'], 'a', ['a', 'b'], null), select(['b'], 'a', ['b'], null)];
  expect(forbidden).toEqual({ invalid: expect.anything() });
  expect(forbidden).toEqual(missing);
});

test('session tags and source identity have only characters that STS allows, whatever a worker is called', () => {
  const tagged = { ...profileOf('a'), sessionTags: true, sourceIdentity: true };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tenantId, workerKeyId) => {
      const session = buildSessionOptions(tagged, { tenantId, workerKeyId, partition: 'aws' });
      expect(session?.sourceIdentity).toMatch(/^[\w+=,.@-]{2,64}$/);
      expect(session?.tags.map(({ key }) => key)).toEqual(['countersign:tenant', 'countersign:worker']);
      for (const { value } of session?.tags ?? [])
        expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
    }),
  );
});

test("the policies of AWS in a profile become those of the role's partition", () => {
  const sessionPolicyArns = [
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'arn:aws:iam::111111111111:policy/Own',
  ];
  const target = { tenantId: 't', workerKeyId: 'k', partition: 'aws-cn' };
  expect(buildSessionOptions({ ...profileOf('a'), sessionPolicyArns }, target)?.policyArns).toEqual([
    'arn:aws-cn:iam::aws:policy/ReadOnlyAccess',
    'arn:aws:iam::111111111111:policy/Own',
  ]);
});

test('a profile without session settings adds no session options', () => {
  expect(
    buildSessionOptions(
      { ...profileOf('a'), sessionPolicy: null },
      { tenantId: 't', workerKeyId: 'k', partition: 'aws' },
    ),
  ).toBeNull();
});
