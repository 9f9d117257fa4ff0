import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKGROUNDS, contrast, readableOn, textOn } from './colour.ts';

const colour = fc.nat({ max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('gives links and button texts enough contrast for every colour of a vendor', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom(...Object.values(BACKGROUNDS)), (given, background) => {
      const shown = readableOn(background, given);
      expect(contrast(shown, background)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(textOn(shown), shown)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test('leaves a colour with enough contrast unchanged', () => {
  expect(readableOn(BACKGROUNDS.light, '#0b5cad')).toBe('#0b5cad');
  expect(readableOn(BACKGROUNDS.light, '#ffff00')).not.toBe('#ffff00');
});

test('computes the contrast ratio of WCAG: 21 between black and white, 1 between equal colours', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#777777')).toBe(1);
  expect(() => contrast('red', '#000000')).toThrow();
});
