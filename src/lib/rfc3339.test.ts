import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime } from './rfc3339.ts';

describe('parseTime', () => {
  test.each([
    ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31t12:00:00z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00+02:00', '2030-01-31T10:00:00.000Z'],
    ['2030-01-01T00:30:00+05:45', '2029-12-31T18:45:00.000Z'],
    ['2029-12-31T23:30:00-08:00', '2030-01-01T07:30:00.000Z'],
    ['2030-01-31T12:00:00-00:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00.5Z', '2030-01-31T12:00:00.500Z'],
    ['2030-01-31T12:00:00.123456789Z', '2030-01-31T12:00:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('reads %s as %s', (text, utc) => {
    expect(parseTime(text)).toEqual({ utc });
  });

  test.each([
    ['2030-02-30T00:00:00Z', 'exist'],
    ['2029-02-29T00:00:00Z', 'exist'],
    ['2030-13-01T00:00:00Z', 'exist'],
    ['2030-01-00T00:00:00Z', 'exist'],
    ['2030-01-31T24:00:00Z', 'exist'],
    ['2030-01-31T12:60:00Z', 'exist'],
    ['2030-01-31T12:00:61Z', 'exist'],
    ['2016-12-31T23:59:60Z', 'leap second'],
    ['2030-01-31T12:00:00+24:00', 'offset'],
    ['2030-01-31T12:00:00+02:60', 'offset'],
    ['9999-12-31T23:59:59-01:00', 'years'],
    ['0001-01-01T00:00:00+01:00', 'years'],
    ['2030-01-31T12:00:00', 'like'],
    ['2030-01-31', 'like'],
    ['2030-01-31 12:00:00Z', 'like'],
    ['2030-01-31T12:00Z', 'like'],
    ['+02030-01-31T12:00:00Z', 'like'],
    ['1893456000', 'like'],
    ['tomorrow', 'like'],
    ['', 'like'],
  ])('explains what is wrong with %s', (text, word) => {
    expect(parseTime(text)).toEqual({ problem: expect.stringContaining(word) });
  });

  test('reads one time as the same, whatever its offset', () => {
    const min = new Date('1970-01-01T00:00:00Z');
    const date = fc.date({ min, max: new Date('9000-01-01T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: -1439, max: 1439 }), (time, offset) => {
        const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((number) =>
          String(number).padStart(2, '0'),
        );
        const text = `${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
        expect(parseTime(text)).toEqual({ utc: time.toISOString() });
      }),
    );
  });
});
