import { beforeAll, describe, expect, test } from 'vitest';
import { generatedFiles } from '../../../test/generated/files.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that is walked, not used
let document: any;

beforeAll(async () => {
  document = JSON.parse((await generatedFiles())['openapi/openapi.json'] as string);
});

function* nodes(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  yield value as Record<string, unknown>;
  for (const member of Object.values(value)) yield* nodes(member);
}

describe('the OpenAPI document', () => {
  test('refers to nothing that it does not hold', () => {
    const missing = [...nodes(document)]
      .map((node) => node.$ref)
      .filter((ref) => typeof ref === 'string')
      .filter((ref) => {
        const path = ref.replace('#/', '').split('/');
        return path.reduce((at, name) => at?.[name], document) === undefined;
      });
    expect(missing).toEqual([]);
  });

  test('says that errors are application/problem+json, as they are', () => {
    for (const [path, operations] of Object.entries<Record<string, { responses: object }>>(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const [status, { content }] of Object.entries<{ content?: object }>(
          responses as Record<string, object>,
        )) {
          if (/^[45]/.test(status))
            expect(Object.keys(content ?? {}), `${method} ${path} ${status}`).toEqual([
              'application/problem+json',
            ]);
        }
      }
    }
  });
});
