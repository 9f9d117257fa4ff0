import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';
import { AUDIT_ACTIONS, auditBody, type NewAuditEvent } from './audit-event.ts';
import { toEventBody, toEventText } from './list.ts';

const id = newId('event');
const sealed = { id, seal: '"sequence":7,"previousHash":"aa","hash":"bb"' };
const unsealed = { id, seal: '"sequence":null,"previousHash":null,"hash":null' };

const anyText = fc.string({ unit: 'binary' });
const anyEvent = fc.record({
  tenantId: fc.constantFrom(null, newId('tenant')),
  actor: fc.record({
    type: fc.constantFrom('api_key', 'connect_link', 'oidc', 'staff', 'system'),
    id: fc.option(anyText),
    name: anyText,
    requestId: fc.constantFrom(null, 'a.request-id_1'),
  }),
  action: fc.constantFrom(...AUDIT_ACTIONS),
  outcome: fc.constantFrom('success', 'failure'),
  detail: fc.dictionary(anyText, fc.jsonValue({ stringUnit: 'binary' })),
});
const MEMBERS = [
  'id',
  'tenantId',
  'sequence',
  'at',
  'requestId',
  'actor',
  'action',
  'outcome',
  'detail',
  'previousHash',
  'hash',
];

const storedBody = (event: unknown): string =>
  auditBody(event as NewAuditEvent, new Date('2026-11-27T12:00:00Z'));

describe('the text of an event', () => {
  test('has exactly the members of the API, whatever the event contains', () => {
    fc.assert(
      fc.property(anyEvent, fc.constantFrom(sealed, unsealed), (event, row) => {
        const stored = { ...row, body: storedBody(event) };
        const shown = JSON.parse(toEventText(stored));
        expect(shown).toEqual(toEventBody(stored));
        expect(Object.keys(shown).sort()).toEqual([...MEMBERS].sort());
        expect(Object.keys(shown.actor).sort()).toEqual(['id', 'name', 'type']);
        // The character that separates events when they are read.
        expect(stored.body).not.toContain('\x1e');
      }),
    );
  });

  test('is the stored text and its seal, without parsing it', () => {
    const [event] = fc.sample(anyEvent, { numRuns: 1, seed: 1 });
    const body = event ? storedBody({ ...event, actor: { ...event.actor, id: 'key_1' } }) : '';
    expect(toEventText({ ...sealed, body })).toBe(`${body.slice(0, -1)},${sealed.seal}}`);
  });

  const other = {
    id,
    tenantId: null,
    at: '2026-11-27T12:00:00.000Z',
    actor: { type: 'system', id: null, name: 'test' },
    action: 'tenant.updated',
    outcome: 'success',
    detail: {},
  };
  test.each([
    ['without a request ID', other],
    ['with other members', { ...other, requestId: null, secret: 'x' }],
    [
      'with other members of its actor',
      { ...other, requestId: null, actor: { ...other.actor, secret: 'x' } },
    ],
  ])('has the same members for an event that was stored %s', (_, stored) => {
    const body = canonicalJson(stored);
    expect(JSON.parse(toEventText({ ...sealed, body }))).toEqual({
      ...other,
      requestId: null,
      sequence: 7,
      previousHash: 'aa',
      hash: 'bb',
    });
  });
});
