import { readFileSync } from 'node:fs';

export interface JsonSchema {
  [keyword: string]: unknown;
}

interface MediaType {
  schema: JsonSchema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface ResponseObject {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: { name: string; in: string; description?: string; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

/** The document under version control, which test/generated.test.ts compares with the code. */
export const DOCUMENT_TEXT = readFileSync('openapi/openapi.json', 'utf8');

/** The document with every reference outside of a schema replaced by what it refers to. */
export function readDocument(): OpenApiDocument {
  const document = JSON.parse(DOCUMENT_TEXT) as OpenApiDocument;
  return { ...document, paths: resolve(document.paths, document) as OpenApiDocument['paths'] };
}

/** All operations with a label such as `GET /v1/tenants`. */
export function operationsOf({ paths }: OpenApiDocument): { label: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      label: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

/** Every object in a document. */
export function* nodesOf(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  yield value as Record<string, unknown>;
  for (const member of Object.values(value)) yield* nodesOf(member);
}

export function findReference(document: unknown, reference: string): unknown {
  const names = reference.replace('#/', '').split('/');
  return names.reduce((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
}

function resolve(value: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref: reference } = value as { $ref?: string };
  if (typeof reference === 'string' && !reference.startsWith('#/components/schemas/'))
    return resolve(findReference(document, reference), document);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member, document)]));
}
