import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../connections/verification.ts';
import { parseTrustPolicy } from '../trust-policy/parse.ts';
import { validateForCreation } from '../trust-policy/validate-for-creation.ts';
import { analyse } from './analyse.ts';
import { checkFor } from './check-trust-policy.ts';
import {
  anyPolicy,
  anySubject,
  OTHERS,
  othersStatement,
  policyOf,
  statement,
  validPolicy,
} from './policies.fixture.ts';
import type { Raw } from './subject.ts';

const RUNS = { numRuns: 300 };
const errors = (check: ReturnType<typeof checkFor>) =>
  check.findings.filter(({ severity }) => severity === 'error');

function acceptedByIam(policy: unknown): boolean {
  const parsed = parseTrustPolicy(policy);
  return parsed.ok && validateForCreation(parsed.policy).length === 0;
}

describe('for every policy', () => {
  test('the verdict is that of the probes, and invalid exactly when IAM would refuse it', () => {
    fc.assert(
      fc.property(anyPolicy, anySubject, (policy, subject) => {
        const check = checkFor(policy, subject);
        expect(check.verdict === 'invalid').toBe(!acceptedByIam(policy));
        if (check.verdict === 'invalid') return;
        const outcome = outcomeOf(check.checks);
        expect(
          {
            verified: 'safe',
            external_id_not_enforced: 'unsafe',
            not_assumable: 'not_assumable',
            inconclusive: '',
          }[outcome],
        ).toBe(check.verdict);
      }),
      RUNS,
    );
  });

  test('a verdict other than safe has an error, and each probe that got in is explained by one', () => {
    fc.assert(
      fc.property(anyPolicy, anySubject, (policy, subject) => {
        const { verdict, checks, findings } = analyse(policy, subject);
        if (verdict !== 'safe') expect(findings.errors().length).toBeGreaterThan(0);
        if (verdict !== 'unsafe') return;
        for (const { probe, observed } of checks) {
          if (probe === 'correct' || observed !== 'allowed') continue;
          expect(
            findings.errors().some(({ probes }) => probes.includes(probe)),
            probe,
          ).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('the suggestion is safe, without errors, taken by IAM, and suggests itself', () => {
    fc.assert(
      fc.property(anyPolicy, anySubject, (policy, subject) => {
        const { suggestedPolicy } = checkFor(policy, subject);
        expect(acceptedByIam(suggestedPolicy)).toBe(true);
        const again = checkFor(suggestedPolicy, subject);
        expect(again.verdict).toBe('safe');
        expect(errors(again)).toEqual([]);
        expect(JSON.stringify(again.suggestedPolicy)).toBe(JSON.stringify(suggestedPolicy));
      }),
      RUNS,
    );
  });

  test("the customer's other statements stand in the suggestion as they were, to the byte and in their order", () => {
    const mixed = fc.array(fc.oneof(othersStatement, statement), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(mixed, anySubject, (written, subject) => {
        const statements = written.map(({ Sid: _, ...one }, index): Raw => ({ Sid: `S${index}`, ...one }));
        const suggested = statementsOf(checkFor(policyOf(...statements), subject).suggestedPolicy).map(
          (one) => JSON.stringify(one),
        );
        const places = statements
          .filter((_, index) => OTHERS.has(JSON.stringify(written[index])))
          .map((one) => suggested.indexOf(JSON.stringify(one)));
        expect(places).not.toContain(-1);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
      RUNS,
    );
  });

  test('a Deny stays as it was unless it hits us; then it is said, and it only goes when it is about us alone', () => {
    fc.assert(
      fc.property(validPolicy, anySubject, (policy, subject) => {
        const { findings, suggestedPolicy } = checkFor(policy, subject);
        const suggested = statementsOf(suggestedPolicy).map(({ Sid: _, ...one }) => one);
        for (const [index, { Sid: _, ...one }] of statementsOf(policy).entries()) {
          if (one.Effect !== 'Deny') continue;
          if (suggested.some((other) => JSON.stringify(other) === JSON.stringify(one))) continue;
          expect(findings.map(({ code, path }) => `${code} ${path}`)).toContain(
            `deny_hits_us Statement[${index}]`,
          );
          const changed = suggested.some(
            (other) => other.Effect === 'Deny' && JSON.stringify(other.Action) === JSON.stringify(one.Action),
          );
          if (JSON.stringify(one.Principal).includes('*')) expect(changed).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('a policy that is safe and without errors comes back unchanged', () => {
    fc.assert(
      fc.property(anyPolicy, anySubject, (policy, subject) => {
        const check = checkFor(policy, subject);
        const successor = check.findings.some(({ code }) => code === 'successor_missing');
        if (check.verdict === 'safe' && errors(check).length === 0 && !successor)
          expect(JSON.stringify(check.suggestedPolicy)).toBe(JSON.stringify(policy));
      }),
      RUNS,
    );
  });

  test('its text is judged as the policy itself, with a line for what stands in a statement', () => {
    fc.assert(
      fc.property(anyPolicy, anySubject, (policy, subject) => {
        const check = checkFor(policy, subject);
        const text = checkFor(JSON.stringify(policy, null, 2), subject);
        expect(text.verdict).toBe(check.verdict);
        expect(text.findings.map(({ code, path }) => [code, path])).toEqual(
          check.findings.map(({ code, path }) => [code, path]),
        );
        for (const { path, line } of text.findings)
          if (path.startsWith('Statement')) expect(line).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

const statementsOf = ({ Statement: written }: Raw): Raw[] =>
  (Array.isArray(written) ? written : [written]) as Raw[];

test('an explanation that explains nothing is rare', () => {
  const GENERIC = ['opens_without_right_id', 'not_admitted', 'malformed'];
  const policies = fc.sample(fc.tuple(validPolicy, anySubject), { numRuns: 2000, seed: 7 });
  const bad = policies
    .map(([policy, subject]) => checkFor(policy, subject))
    .filter(({ verdict }) => verdict === 'unsafe' || verdict === 'not_assumable');
  const vague = bad.filter(({ findings }) => findings.some(({ code }) => GENERIC.includes(code)));
  expect(bad.length).toBeGreaterThan(500);
  expect(vague.length / bad.length).toBeLessThan(0.01);
});
