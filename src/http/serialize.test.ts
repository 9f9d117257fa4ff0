import { expect, test } from 'vitest';
import { z } from 'zod';
import { serializerCompiler } from './serialize.ts';

const serialize = serializerCompiler({
  schema: z.object({ id: z.string(), owner: z.object({ name: z.string() }).nullable() }),
  method: 'GET',
  url: '/things/:id',
});

test('no field that the schema does not name leaves the service, at any depth', () => {
  const text = serialize({ id: 'a', secret: 's', owner: { name: 'b', secret: 's' } });
  expect(text).toBe('{"id":"a","owner":{"name":"b"}}');
});

test('a response that contradicts its schema is an error, which does not repeat the response', () => {
  expect(() => serialize({ id: 1, owner: null })).toThrow('GET /things/:id contradicts its schema');
  expect(() => serialize({ id: 'a' })).toThrow('contradicts its schema');
});
