import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addResultToReturnUrl, parseReturnUrl } from './return-url.ts';

const ALLOWED = ['https://app.example.com/aws', 'http://127.0.0.1:4000'];

test('accepts no spelling of a URL that leads the browser to another origin or path than the allow-list has', () => {
  const piece = fc.constantFrom(
    'https:',
    'http:',
    '//',
    '/',
    '\\',
    '@',
    '.',
    '..',
    '%2e',
    '?',
    '#',
    ':',
    'app.example.com',
    'evil.example',
    '/aws',
    '127.0.0.1',
    '4000',
    '\t',
    'javascript:',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 9 }), (pieces) => {
      const allowed = parseReturnUrl(pieces.join(''), ALLOWED);
      if (allowed === null) return;
      const { origin, pathname, username } = new URL(
        addResultToReturnUrl(allowed, { connectionId: 'c', status: 's' }),
      );
      expect(ALLOWED.map((entry) => new URL(entry).origin)).toContain(origin);
      expect(username).toBe('');
      if (origin === 'https://app.example.com') expect(pathname).toMatch(/^\/aws(\/|$)/);
    }),
    { numRuns: 5000 },
  );
});

test("keeps the vendor's query and fragment, and overwrites parameters that have the names of the result", () => {
  expect(
    addResultToReturnUrl('https://app.example.com/aws?step=3&status=verified&status=x#section', {
      connectionId: 'c&d',
      status: 'pending',
    }),
  ).toBe('https://app.example.com/aws?step=3&status=pending&connectionId=c%26d#section');
});
