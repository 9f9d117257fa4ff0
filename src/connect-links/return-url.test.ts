import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedReturnUrl, returnTo } from './return-url.ts';

const ALLOWED = ['https://app.example.com/aws', 'http://127.0.0.1:4000'];

test('whatever is asked for, the browser is only ever sent to an origin on the allow-list, below its path', () => {
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
      const allowed = allowedReturnUrl(pieces.join(''), ALLOWED);
      if (allowed === null) return;
      const { origin, pathname, username } = new URL(returnTo(allowed, { connectionId: 'c', status: 's' }));
      expect(ALLOWED.map((entry) => new URL(entry).origin)).toContain(origin);
      expect(username).toBe('');
      if (origin === 'https://app.example.com') expect(pathname).toMatch(/^\/aws(\/|$)/);
    }),
    { numRuns: 5000 },
  );
});

test("the vendor's own query and fragment stay, and what a customer might plant is replaced", () => {
  expect(
    returnTo('https://app.example.com/aws?step=3&status=verified&status=x#there', {
      connectionId: 'c&d',
      status: 'pending',
    }),
  ).toBe('https://app.example.com/aws?step=3&status=pending&connectionId=c%26d#there');
});
