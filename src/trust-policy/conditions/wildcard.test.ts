import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, wildcardPattern } from './wildcard.ts';

/** The alphabet is small so that random texts often match random patterns. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });

/** The definition of a match, without regard to running time. */
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
  it('match as defined', () => {
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        expect(matchesPattern(wildcardPattern(pattern), text)).toBe(matchesByDefinition(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('are matched within a second, however many a pattern contains', () => {
    const started = performance.now();
    expect(matchesPattern(wildcardPattern('*a'.repeat(10_000)), 'a'.repeat(1_223))).toBe(false);
    expect(matchesPattern(wildcardPattern(`${'*a'.repeat(600)}b`), 'a'.repeat(1_224))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('? matches one character, even outside the Basic Multilingual Plane', () => {
    expect(matchesPattern(wildcardPattern('?'), '😀')).toBe(true);
  });
});
