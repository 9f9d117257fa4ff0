import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { determineOutcome } from '../connections/verification.ts';
import { parseTrustPolicy } from '../trust-policy/parse/parse.ts';
import { validateForCreation } from '../trust-policy/validate-for-creation.ts';
import {
  anyContext,
  anyPolicy,
  JSON_FOR_OTHERS,
  statement,
  statementForOthers,
  validPolicy,
} from './arbitraries.fixture.ts';
import { analyzePasted, checkPolicy } from './check-trust-policy.ts';
import { isError } from './findings/catalogue/catalogue.ts';
import { type JsonObject, toList } from './json-values.ts';
import { allow, createContext, ID, policyOf } from './policies.fixture.ts';

const RUNS = { numRuns: 100 };
const errorsOf = (check: ReturnType<typeof checkPolicy>) =>
  check.findings.filter(({ severity }) => severity === 'error');

function isAcceptedByIam(policy: unknown): boolean {
  const parsed = parseTrustPolicy(policy);
  return parsed.ok && validateForCreation(parsed.policy, 'aws').length === 0;
}

describe('for every policy', () => {
  test('the verdict follows from the probes, and is invalid exactly when IAM would reject the policy', () => {
    fc.assert(
      fc.property(anyPolicy, anyContext, (policy, context) => {
        const check = checkPolicy(policy, context);
        expect(check.verdict === 'invalid').toBe(!isAcceptedByIam(policy));
        if (check.verdict === 'invalid') return;
        const outcome = determineOutcome(check.checks);
        expect(
          {
            verified: 'safe',
            external_id_not_enforced: 'unsafe',
            not_assumable: 'not_assumable',
            inconclusive: 'undetermined',
          }[outcome],
        ).toBe(check.verdict);
      }),
      RUNS,
    );
  });

  test('a verdict other than safe has an error, and an error explains each probe that was allowed', () => {
    fc.assert(
      fc.property(anyPolicy, anyContext, (policy, context) => {
        const { verdict, findings } = analyzePasted(policy, context);
        if (verdict === 'undetermined') expect(findings.length).toBeGreaterThan(0);
        else if (verdict !== 'safe') expect(findings.filter(isError).length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test('the suggested policy is safe, has no errors, is accepted by IAM, and is suggested unchanged', () => {
    fc.assert(
      fc.property(anyPolicy, anyContext, (policy, context) => {
        const { suggestedPolicy } = checkPolicy(policy, context);
        expect(isAcceptedByIam(suggestedPolicy)).toBe(true);
        const again = checkPolicy(suggestedPolicy, context);
        expect(again.verdict).toBe('safe');
        expect(errorsOf(again)).toEqual([]);
        expect(JSON.stringify(again.suggestedPolicy)).toBe(JSON.stringify(suggestedPolicy));
      }),
      RUNS,
    );
  });

  test("the suggested policy keeps the customer's statements for others byte for byte and in order", () => {
    const mixed = fc.array(fc.oneof(statementForOthers, statement), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(mixed, anyContext, (original, context) => {
        const statements = original.map(
          ({ Sid: _, ...one }, index): JsonObject => ({ Sid: `S${index}`, ...one }),
        );
        const check = checkPolicy(policyOf(...statements), context);
        if (check.suggestedChange === 'add_statement') return;
        const suggested = statementsOf(check.suggestedPolicy).map((one) => JSON.stringify(one));
        const positions = statements
          .filter((_, index) => JSON_FOR_OTHERS.has(JSON.stringify(original[index])))
          .map((one) => suggested.indexOf(JSON.stringify(one)));
        expect(positions).not.toContain(-1);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }),
      RUNS,
    );
  });

  test('a Deny changes only if it denies the vendor, with a finding, and is removed only if it applies to the vendor alone', () => {
    fc.assert(
      fc.property(validPolicy, anyContext, (policy, context) => {
        const { findings, suggestedChange, suggestedPolicy } = checkPolicy(policy, context);
        if (suggestedChange === 'add_statement') return;
        const suggested = statementsOf(suggestedPolicy).map(({ Sid: _, ...one }) => one);
        for (const [index, { Sid: _, ...one }] of statementsOf(policy).entries()) {
          if (one.Effect !== 'Deny') continue;
          if (suggested.some((other) => JSON.stringify(other) === JSON.stringify(one))) continue;
          const named = findings.filter(({ code }) =>
            /^(deny_hits_us|condition_unknown|deleted_principal)$/.test(code),
          );
          expect(named.some(({ path }) => path.startsWith(`Statement[${index}]`))).toBe(true);
          const changed = suggested.some(
            (other) => other.Effect === 'Deny' && JSON.stringify(other.Action) === JSON.stringify(one.Action),
          );
          if (JSON.stringify(one.Principal).includes('*')) expect(changed).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('with wildcards anywhere in the right ID, the check reports an error exactly if a verification refuses it', () => {
    const anyWildcards = fc.array(fc.tuple(fc.nat({ max: ID.length - 1 }), fc.constantFrom('*', '?')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyWildcards, fc.boolean(), (wildcards, isInserted) => {
        const characters = [...ID];
        // An inserted `*` matches nothing of the right ID.
        for (const [index, sign] of wildcards)
          characters[index] = sign === '*' && isInserted ? `*${characters[index]}` : sign;
        const pattern = characters.join('');
        const condition = { Condition: { StringLike: { 'sts:ExternalId': pattern } } };
        const { verdict, findings, suggestedChange } = checkPolicy(
          policyOf(allow(condition)),
          createContext(),
        );
        expect(findings.map(({ code }) => code)).toEqual(['wildcard']);
        expect(findings[0]?.severity).toBe(verdict === 'unsafe' ? 'error' : 'warning');
        if (pattern.includes('*')) expect(verdict).toBe('unsafe');
        expect(suggestedChange).toBe('replace_policy');
      }),
      RUNS,
    );
  });

  test('a policy that is safe and has no errors is returned unchanged', () => {
    fc.assert(
      fc.property(anyPolicy, anyContext, (policy, context) => {
        const check = checkPolicy(policy, context);
        const needsChange = check.findings.some(({ code }) => CHANGING_WARNINGS.includes(code));
        if (check.verdict === 'safe' && errorsOf(check).length === 0 && !needsChange)
          expect(JSON.stringify(check.suggestedPolicy)).toBe(JSON.stringify(policy));
      }),
      RUNS,
    );
  });

  test('text gets the same result as JSON, and findings in statements have a line', () => {
    fc.assert(
      fc.property(anyPolicy, anyContext, (policy, context) => {
        const check = checkPolicy(policy, context);
        const text = checkPolicy(JSON.stringify(policy, null, 2), context);
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

/** Warnings about what the suggested policy changes, although the policy works as it is. */
const CHANGING_WARNINGS = [
  'successor_missing',
  'deleted_principal',
  'condition_unknown',
  'deny_hits_us',
  'wildcard',
];

const statementsOf = ({ Statement: statements }: JsonObject): JsonObject[] =>
  toList(statements) as JsonObject[];

test('fewer than 1 % of the rejected policies have only a general finding', () => {
  const GENERAL_CODES = ['opens_without_right_id', 'not_admitted', 'malformed'];
  const policies = fc.sample(fc.tuple(validPolicy, anyContext), { numRuns: 300, seed: 7 });
  const rejected = policies
    .map(([policy, context]) => analyzePasted(policy, context))
    .filter(({ verdict }) => verdict === 'unsafe' || verdict === 'not_assumable');
  const withGeneralFinding = rejected.filter(({ findings }) =>
    findings.some(({ code }) => GENERAL_CODES.includes(code)),
  );
  expect(rejected.length).toBeGreaterThan(100);
  expect(withGeneralFinding.length / rejected.length).toBeLessThan(0.01);
});
