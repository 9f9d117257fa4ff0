import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildSessionName,
  parseSessionNameTemplate,
  SESSION_NAME_FIELDS,
  type SessionNameTemplate,
  type SessionNameValues,
} from './session-name.ts';

const VALUES: SessionNameValues = {
  workerId: 'key_01j9zzzzzzzzzzzzzzzzzzzzzz',
  workerName: 'nightly',
  tenantId: 'tenant_01j8aaaaaaaaaaaaaaaaaaaaaa',
  tenantReference: 'acme',
  purpose: 'backup',
  unique: '0123456789',
};
const DEFAULT = '{worker}-{reference}-{unique}';

function parse(text: string): SessionNameTemplate {
  const parsed = parseSessionNameTemplate(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.template;
}

const build = (text: string, values: Partial<SessionNameValues> = {}): string =>
  buildSessionName(parse(text), { ...VALUES, ...values });

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.stringMatching(/^[\w+=,.@-]{0,200}$/),
  fc.constantFrom('', '-', '---', '夜間', '\u0301', '{unique}', '\ud800'),
);
const anyValues: fc.Arbitrary<SessionNameValues> = fc.record({
  workerId: fc.constant(VALUES.workerId),
  workerName: anyText,
  tenantId: fc.constant(VALUES.tenantId),
  tenantReference: fc.option(anyText),
  purpose: fc.option(anyText),
  unique: fc.stringMatching(/^[0-9a-f]{10}$/),
});
/** Templates of all fields in any order and any number, with literal text between them; some are rejected. */
const anyTemplate = fc
  .tuple(
    fc.shuffledSubarray([...SESSION_NAME_FIELDS]),
    fc.array(fc.stringMatching(/^[\w+=,.@-]{0,6}$/), { minLength: 6, maxLength: 6 }),
  )
  .map(([fields, literals]) => fields.map((field, i) => `${literals[i]}{${field}}`).join('') + literals[5]);

test('STS accepts every session name, and its unique part is never cut, whatever template and values are', () => {
  fc.assert(
    fc.property(anyTemplate, anyValues, (text, values) => {
      const parsed = parseSessionNameTemplate(text);
      fc.pre('template' in parsed);
      const name = buildSessionName((parsed as { template: SessionNameTemplate }).template, values);
      expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
      expect(name).toContain(values.unique);
    }),
    { numRuns: 3000 },
  );
});

test('a text is either a usable template or rejected with a reason', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.stringMatching(/^[{}a-z-]{0,40}$/)), anyValues, (text, values) => {
      const parsed = parseSessionNameTemplate(text);
      if ('problem' in parsed) expect(parsed.problem).not.toBe('');
      else expect(buildSessionName(parsed.template, values)).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
    { numRuns: 2000 },
  );
});

test('no field is shortened to nothing, and values that fit are kept whole', () => {
  const word = fc.stringMatching(/^[a-z]{1,200}$/);
  fc.assert(
    fc.property(word, word, word, (workerName, tenantReference, purpose) => {
      const name = build('{worker}.{reference}.{purpose}.{unique}', { workerName, tenantReference, purpose });
      const values = [workerName, tenantReference, purpose];
      const parts = name.split('.').slice(0, 3);
      const total = values.join('').length;
      for (const [index, part] of parts.entries()) {
        expect(values[index]?.startsWith(part)).toBe(true);
        expect(part.length).toBeGreaterThanOrEqual(Math.min(values[index]?.length ?? 0, 17));
        if (total <= 51) expect(part).toBe(values[index]);
      }
      if (total > 51) expect(name).toHaveLength(64);
    }),
  );
});

describe('the default template', () => {
  test.each<[string, Partial<SessionNameValues>, string]>([
    ['names worker and tenant reference', {}, 'nightly-acme-0123456789'],
    [
      'names the tenant ID where there is no reference',
      { tenantReference: null },
      'nightly-01j8aaaaaaaaaaaaaaaaaaaaaa-0123456789',
    ],
    [
      'removes diacritics and replaces other characters',
      { workerName: 'Größe Łódź', tenantReference: 'org/42: Ærø' },
      'Grosse-Lodz-org-42-AEro-0123456789',
    ],
    [
      'uses the ID of a worker whose name has no Latin letter or digit',
      { workerName: '夜間バッチ' },
      '01j9zzzzzzzzzzzzzzzzzzzzzz-acme-0123456789',
    ],
    [
      'gives two long values equal shares',
      { workerName: 'w'.repeat(100), tenantReference: 'r'.repeat(100) },
      `${'w'.repeat(26)}-${'r'.repeat(26)}-0123456789`,
    ],
    [
      'gives a long value what a short one leaves',
      { workerName: 'w'.repeat(100), tenantReference: 'r' },
      `${'w'.repeat(51)}-r-0123456789`,
    ],
  ])('%s', (_, values, expected) => {
    expect(build(DEFAULT, values)).toBe(expected);
  });
});

test('a template without {unique} gets it at its end', () => {
  expect(build('acme@{worker}')).toBe('acme@nightly-0123456789');
  expect(build('')).toBe('0123456789');
});

test('a request without a purpose has the purpose "none"', () => {
  expect(build('{worker}+{purpose}', { purpose: null })).toBe('nightly+none-0123456789');
});

test.each([
  ['{worker}-{role}', 'unknown field {role}'],
  ['{Worker}', 'unknown field {Worker}'],
  ['{}', 'unknown field {}'],
  ['{worker', 'contains "{worker"'],
  ['{{worker}}', 'contains "{"'],
  ['{worker}/{tenant}', 'contains "/"'],
  ['{worker} {tenant}', 'contains " "'],
  ['é{worker}', 'contains "é"'],
  ['{worker}{worker}', '{worker} twice'],
  [`${'x'.repeat(46)}{worker}`, 'leaves 7 of 64 characters'],
])('rejects the template %s', (text, problem) => {
  expect(parseSessionNameTemplate(text)).toEqual({ problem: expect.stringContaining(problem) });
});
