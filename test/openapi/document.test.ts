import { describe, expect, test } from 'vitest';
import {
  findReference,
  type JsonSchema,
  nodesOf,
  operationsOf,
  readDocument,
} from './openapi-document.fixture.ts';
import { createSchemaValidator } from './schema-validator.fixture.ts';

const document = readDocument();
const operations = operationsOf(document);
const validate = createSchemaValidator();
const { schemas } = document.components;

/** Every schema, with the name of its component or operation. */
function* allSchemas(): Generator<[label: string, schema: JsonSchema]> {
  for (const [name, schema] of Object.entries(schemas))
    for (const node of nodesOf(schema)) yield [name, node];
  for (const { label, operation } of operations)
    for (const { schema } of operation.parameters ?? [])
      for (const node of nodesOf(schema)) yield [label, node];
}

/** Every request and response body, with its label. */
function* allBodies() {
  for (const { label, operation } of operations) {
    for (const [type, content] of Object.entries(operation.requestBody?.content ?? {}))
      yield { label: `${label} request`, type, ...content };
    for (const [status, { content = {} }] of Object.entries(operation.responses))
      for (const [type, body] of Object.entries(content))
        yield { label: `${label} ${status}`, type, ...body };
  }
}

const isProblem = (type: string): boolean => type === 'application/problem+json';

describe('every operation of the OpenAPI document', () => {
  test('has an ID of its own, a tag, a summary and a description', () => {
    expect(operations.length).toBeGreaterThan(40);
    for (const { label, operation } of operations) {
      expect(operation.operationId, label).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
      expect(operation.tags.length, label).toBe(1);
      expect(operation.summary, label).toMatch(/^[A-Z].{5,99}[^.]$/);
      expect(operation.description.replace(/\n\nRoles: .*/, ''), label).toMatch(/^[A-Z].{9,}\.$/s);
      for (const parameter of operation.parameters ?? []) expect(parameter.description, label).toBeTruthy();
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has a tag without a plural abbreviation, which generators split into words such as external_i_ds', () => {
    for (const { label, operation } of operations)
      for (const tag of operation.tags) expect(tag, label).not.toMatch(/[A-Z]{2}s\b/);
  });

  test('has one media type for each body, and problems are application/problem+json', () => {
    for (const { label, operation } of operations) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        const types = Object.keys(content);
        expect(types.length, `${label} ${status}`).toBe(status === '204' ? 0 : 1);
        if (/^[45]/.test(status) && label !== 'GET /readyz') expect(types.every(isProblem), label).toBe(true);
      }
    }
  });

  test('has an example of each request and response that its schema accepts', () => {
    for (const { label, schema, example, examples } of allBodies()) {
      const values = examples ? Object.values(examples).map(({ value }) => value) : [example];
      expect(values.length, label).toBeGreaterThan(0);
      for (const value of values) {
        expect(value, label).toBeDefined();
        expect(validate(schema, value), label).toBeNull();
      }
    }
  });

  test('has bodies with names, after which generated clients name their types', () => {
    for (const { label, schema, type } of allBodies())
      if (type.endsWith('json')) expect(schema.$ref, label).toMatch(/^#\/components\/schemas\/[A-Z]\w+$/);
  });
});

describe('the schemas of the OpenAPI document', () => {
  test('refer to nothing that the document does not have', () => {
    for (const { $ref } of nodesOf(document))
      if (typeof $ref === 'string') expect(findReference(document, $ref), $ref).toBeDefined();
  });

  test('are in the document once, not once for requests and once for responses', () => {
    expect(Object.keys(schemas).filter((name) => /Input$/.test(name) && name !== 'InvalidInput')).toEqual([]);
  });

  test('have patterns that mean the same in ECMAScript, Python, Java and RE2', () => {
    let count = 0;
    for (const [label, { pattern }] of allSchemas()) {
      if (typeof pattern !== 'string') continue;
      count++;
      expect(findIncompatibleSyntax(pattern), `${label}: ${pattern}`).toBeNull();
      expect(() => new RegExp(pattern, 'u'), label).not.toThrow();
    }
    expect(count).toBeGreaterThan(10);
    for (const pattern of ['^\\p{L}$', '^(?!a)b$', '^\\w$', '^a\\b', '(a)\\1', '^\\u0041', '^(?<=a)b'])
      expect(findIncompatibleSyntax(pattern), pattern).not.toBeNull();
  });

  test('have names for the objects and enums in unions, which generators would number', () => {
    for (const [label, schema] of allSchemas()) {
      const members = [schema.anyOf, schema.oneOf].flatMap((union) => (Array.isArray(union) ? union : []));
      for (const member of members as JsonSchema[])
        expect(member.properties ?? member.enum, `${label}: ${JSON.stringify(member)}`).toBeUndefined();
      if (Array.isArray(schema.type) && schema.type.includes('null'))
        expect(schema.properties ?? schema.enum, label).toBeUndefined();
    }
  });

  test('have the type integer for every constant that is one, which Java does not compare with other numbers', () => {
    for (const [label, schema] of allSchemas())
      if (Number.isInteger(schema.const)) expect(schema.type, label).toBe('integer');
  });

  test('have no two members that differ in case only, unless a name for Go is given', () => {
    for (const [label, { properties }] of allSchemas()) {
      const names = Object.entries((properties ?? {}) as Record<string, JsonSchema>).map(([name, property]) =>
        String(property?.['x-go-name'] ?? name).toLowerCase(),
      );
      expect(new Set(names).size, label).toBe(names.length);
    }
  });

  test('are closed for requests, and open for responses, which may get further members', () => {
    for (const [name, schema] of Object.entries(schemas))
      if (schema.properties) expect([name, schema.additionalProperties]).toEqual([name, closedOf(name)]);
  });
});

const closedOf = (name: string): false | undefined => (name.endsWith('Request') ? false : undefined);

/** Syntax that a language lacks or reads differently: classes such as \w, lookaround, backreferences, \u. */
function findIncompatibleSyntax(pattern: string): string | null {
  const withoutEscapes = pattern.replace(/\\x[0-9a-f]{2}|\\[./+*?()[\]{}|^$\\-]/g, '');
  return /\\.|\(\?/.exec(withoutEscapes)?.[0] ?? null;
}
