// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like templates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substitute } from './variables.ts';
import { matches, wildcardPattern } from './wildcard.ts';

/** Few letters, so that texts and patterns meet. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });

/** The definition, without any care for time. */
function matchesByDefinition(pattern: string, text: string): boolean {
  const [first, rest] = [pattern.at(0), pattern.slice(1)];
  if (first === undefined) return text === '';
  if (first === '*') {
    return Array.from({ length: text.length + 1 }, (_, i) => text.slice(i)).some((tail) =>
      matchesByDefinition(rest, tail),
    );
  }
  return text !== '' && (first === '?' || first === text[0]) && matchesByDefinition(rest, text.slice(1));
}

describe('wildcards', () => {
  it('match as they are defined', () => {
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        expect(matches(wildcardPattern(pattern), text)).toBe(matchesByDefinition(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('take no time to speak of, however many a tenant pastes', () => {
    const started = performance.now();
    expect(matches(wildcardPattern('*a'.repeat(10_000)), 'a'.repeat(1_223))).toBe(false);
    expect(matches(wildcardPattern(`${'*a'.repeat(600)}b`), 'a'.repeat(1_224))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('a question mark is one character, also of those outside of the basic plane', () => {
    expect(matches(wildcardPattern('?'), '😀')).toBe(true);
  });
});

describe('policy variables', () => {
  it('put a value in so that nothing but it matches, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, other) => {
        const pattern = substitute('${k:v}', true, () => value);
        expect(pattern && matches(pattern, value)).toBe(true);
        expect(pattern && matches(pattern, other)).toBe(value === other);
      }),
    );
  });

  it('are put in once: a value that looks like a variable stays text', () => {
    fc.assert(
      fc.property(fc.constantFrom('${*}', '${k:v}', "${x, 'y'}", '$', '${'), (value) => {
        expect(substitute('a${k:v}b', true, () => value)?.join('')).toBe(`a${value}b`);
      }),
    );
  });

  it('never throw, whatever stands between the braces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', '*', "'", ',', ' ', 'k', ':') }),
        (value) => {
          substitute(value, true, () => undefined);
        },
      ),
    );
  });
});
