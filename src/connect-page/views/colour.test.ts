import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKGROUNDS, contrast, readableOn, textOn } from './colour.ts';

const colour = fc.nat({ max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('whatever colour the vendor has, links can be read on the page, and buttons have text that can be read', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom(...Object.values(BACKGROUNDS)), (given, background) => {
      const shown = readableOn(background, given);
      expect(contrast(shown, background)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(textOn(shown), shown)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test('a colour that can be read stays as it is', () => {
  expect(readableOn(BACKGROUNDS.light, '#0b5cad')).toBe('#0b5cad');
  expect(readableOn(BACKGROUNDS.light, '#ffff00')).not.toBe('#ffff00');
});

test('contrast is that of WCAG: 21 between black and white, 1 with itself', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#777777')).toBe(1);
  expect(() => contrast('red', '#000000')).toThrow();
});
