import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardInput } from './input-guard.ts';
import { Problem } from './problem.ts';

function codeOf(input: unknown, options?: { policyMembers?: string[] }): string | null {
  try {
    guardInput(input, options);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

const fullWidth = (letter: string) => String.fromCodePoint(0xfee0 + (letter.codePointAt(0) as number));
const separator = fc.constantFrom(
  '',
  '-',
  '_',
  '.',
  ':',
  ' ',
  '[',
  ']',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u0301\u034f',
);
/** Each letter in either case, plain or full-width, with anything that is no letter around it. */
const spelling = fc
  .tuple(
    ...[...'externalid'].map((letter) =>
      fc
        .tuple(
          separator.filter((text) => !text.includes('\u0301')),
          fc.constantFrom(letter, letter.toUpperCase(), fullWidth(letter), fullWidth(letter.toUpperCase())),
        )
        .map((parts) => parts.join('')),
    ),
  )
  .map((letters) => letters.join(''));
/** Puts a value somewhere inside arrays and objects. */
const nesting = fc.array(fc.oneof(fc.constant(null), fc.constantFrom('metadata', 'a', '', '0')), {
  maxLength: 20,
});

function nested(inner: unknown, steps: (string | null)[]): unknown {
  return steps.reduce<unknown>(
    (value, step) => (step === null ? [1, value] : { b: 1, [step]: value }),
    inner,
  );
}

describe('an external ID in an input', () => {
  test('is refused under every spelling, at every depth, whatever its value', () => {
    fc.assert(
      fc.property(spelling, nesting, fc.jsonValue(), (key, steps, value) => {
        expect(codeOf(nested({ [key]: value }, steps)), key).toBe('external_id_not_settable');
      }),
      { numRuns: 2_000 },
    );
  });

  test('is refused as a part of a longer key', () => {
    for (const key of [
      'sts:ExternalId',
      'newExternalId',
      'external_ids',
      'tenant.external-id',
      'x[externalId]',
    ]) {
      expect(codeOf({ [key]: 1 }), key).toBe('external_id_not_settable');
    }
  });

  test('may stand below the members that hold a policy document, and nowhere beside them', () => {
    const policy = { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } };
    expect(codeOf({ policy }, { policyMembers: ['policy'] })).toBeNull();
    expect(codeOf({ policy })).toBe('external_id_not_settable');
    expect(codeOf({ policy: {}, other: policy }, { policyMembers: ['policy'] })).toBe(
      'external_id_not_settable',
    );
    expect(codeOf({ other: { policy } }, { policyMembers: ['policy'] })).toBe('external_id_not_settable');
    expect(codeOf({ externalId: {} }, { policyMembers: ['policy'] })).toBe('external_id_not_settable');
    const two = { policyMembers: ['inlinePolicy', 'sessionPolicy'] };
    expect(codeOf({ inlinePolicy: policy, sessionPolicy: policy }, two)).toBeNull();
    expect(codeOf({ policy }, two)).toBe('external_id_not_settable');
    expect(codeOf({ inlinePolicy: {}, metadata: policy }, two)).toBe('external_id_not_settable');
    expect(codeOf([{ inlinePolicy: policy }], two)).toBe('external_id_not_settable');
  });

  test('is named by its path', () => {
    expect(() => guardInput({ metadata: [{ externalId: 1 }] })).toThrow(
      expect.objectContaining({ errors: [{ path: 'metadata.0.externalId', message: expect.any(String) }] }),
    );
  });
});

describe('other input', () => {
  test('passes when its text is well formed and no key folds to an external ID', () => {
    for (const input of [
      undefined,
      null,
      'externalId',
      { name: 'externalId' },
      { id: 1, external: 2 },
      { externals: [{ id: 1 }] },
      ['externalId'],
      { tags: ['sts:ExternalId'] },
    ]) {
      expect(codeOf(input), JSON.stringify(input)).toBeNull();
    }
    const text = fc.string({ unit: 'grapheme' }).filter((key) => key.isWellFormed() && !key.includes('\0'));
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text))), (input) => {
        const folded = Object.keys(input).some((key) => /external.*id/i.test(key.normalize('NFKC')));
        if (!folded) expect(codeOf(input)).toBeNull();
      }),
    );
  });

  test('is refused with a NUL or half a surrogate pair in it, in a key or a value', () => {
    for (const bad of ['\0', 'a\0b', '\ud800', 'x\udfff', '\udc00\ud800']) {
      for (const input of [bad, { a: bad }, { [bad]: 1 }, [[bad]], { a: [{ b: bad }] }]) {
        expect(codeOf(input), JSON.stringify(input)).toBe('validation_failed');
      }
    }
    expect(codeOf({ '😀': '😀' })).toBeNull();
  });

  test('of any depth is answered, never by an overflowing stack', () => {
    expect(codeOf(nested(1, Array(31).fill(null)))).toBeNull();
    expect(codeOf(nested(1, Array(33).fill(null)))).toBe('validation_failed');
    for (const step of [null, 'a']) {
      expect(codeOf(nested({ externalId: 1 }, Array(100_000).fill(step)))).toBe('validation_failed');
    }
  });
});
