import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import type { SessionProfile } from './credential-target.ts';
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

/** What the database answers: the named profile or else the connection's, if it is there. */
const found = (there: string[], wanted: string | null, connections: string | null) => {
  const at = wanted ?? connections;
  return at !== null && there.includes(at) ? profileOf(at) : null;
};

const draw = (held: 'any' | string[], named: string | null, there: string[], connections: string | null) => {
  const principal = { profiles: held };
  const wanted = requestedProfileName(principal, named);
  try {
    return selectProfile(principal, wanted, found(there, wanted, connections));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

describe('whatever a request names, it never widens:', () => {
  const cases = fc.record({
    held: fc.oneof(fc.constant('any' as const), fc.uniqueArray(name)),
    named: fc.option(name),
    there: fc.uniqueArray(name),
    connections: fc.option(name),
  });

  test('a key that is held to profiles draws with one of them or not at all', () => {
    fc.assert(
      fc.property(cases, ({ held, named, there, connections }) => {
        const drawn = draw(held, named, there, connections);
        if (held === 'any') return;
        expect(drawn).not.toBeNull();
        if (!(drawn instanceof Problem)) expect(held).toContain(drawn?.name);
      }),
      { numRuns: 1000 },
    );
  });

  test('who names a profile gets exactly that one, or nothing', () => {
    fc.assert(
      fc.property(cases, ({ held, named, there, connections }) => {
        if (named === null) return;
        const drawn = draw(held, named, there, connections);
        if (drawn instanceof Problem)
          expect(there.includes(named) && (held === 'any' || held.includes(named))).toBe(false);
        else expect(drawn?.name).toBe(named);
      }),
      { numRuns: 1000 },
    );
  });

  test('a session without a profile is for a key of any profile alone, that names none, on a connection without one', () => {
    fc.assert(
      fc.property(cases, ({ held, named, there, connections }) => {
        const usable = connections === null ? null : connections;
        if (draw(held, named, there, connections) !== null) return;
        expect([held, named]).toEqual(['any', null]);
        expect(usable === null || !there.includes(usable)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('no session is longer than its profile allows, nor than asked for', () => {
    const seconds = fc.integer({ min: 900, max: 3600 });
    fc.assert(
      fc.property(seconds, fc.option(seconds), (most, asked) => {
        const profile = profileOf('a', most);
        if (asked !== null && asked > most) {
          expect(() => selectDurationSeconds(profile, asked)).toThrow(
            expect.objectContaining({
              errors: [{ path: 'durationSeconds', message: expect.stringContaining(`${most}`) }],
            }),
          );
        } else expect(selectDurationSeconds(profile, asked)).toBe(asked ?? most);
      }),
    );
  });
});

test('a profile that a key may not use is answered to the letter like one that is not there', () => {
  const [held, missing] = [draw(['b'], 'a', ['a', 'b'], null), draw(['b'], 'a', ['b'], null)];
  expect(held).toBeInstanceOf(Problem);
  expect((held as Problem).toBody('r')).toEqual((missing as Problem).toBody('r'));
});

test('tags and source identity are within the characters that STS takes, whatever a worker is called', () => {
  const marked = { ...profileOf('a'), sessionTags: true, sourceIdentity: true };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tenantId, workerKeyId) => {
      const session = buildSessionOptions(marked, { tenantId, workerKeyId });
      expect(session?.sourceIdentity).toMatch(/^[\w+=,.@-]{2,64}$/);
      expect(session?.tags.map(({ key }) => key)).toEqual(['countersign:tenant', 'countersign:worker']);
      for (const { value } of session?.tags ?? [])
        expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
    }),
  );
});

test('a profile that says nothing about sessions sends nothing', () => {
  expect(
    buildSessionOptions({ ...profileOf('a'), sessionPolicy: null }, { tenantId: 't', workerKeyId: 'k' }),
  ).toBeNull();
});
