import {
  type JsonSchema,
  type Operation,
  operationsOf,
  type ResponseObject,
  readDocument,
} from '../openapi/openapi-document.fixture.ts';
import { createSchemaValidator } from '../openapi/schema-validator.fixture.ts';

/** Headers that the document describes for each response that has them; others belong to HTTP itself. */
const DESCRIBED_HEADERS = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'idempotency-replayed',
  'www-authenticate',
  'content-disposition',
  'location',
];

interface ObservedResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

const validate = createSchemaValidator();
const routes = operationsOf(readDocument()).map(({ label, operation }) => {
  const [method = '', path = ''] = label.split(' ');
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.]/g, '\\.'));
  return { method, path, pattern: new RegExp(`^${parts.join('[^/]+')}$`), operation };
});

function findOperation(method: string, path: string): Operation | undefined {
  const matches = routes.filter((route) => route.method === method && route.pattern.test(path));
  // A path without parameters precedes one that a parameter matches too.
  return (matches.find((route) => route.path === path) ?? matches[0])?.operation;
}

/** Throws unless the OpenAPI document describes this response: its status, code, headers, media type and body. */
export function assertDocumented(method: string, url: string, response: ObservedResponse): void {
  const operation = findOperation(method, url.split('?')[0] ?? '');
  const difference = operation ? findDifference(operation, response) : null;
  if (difference !== null)
    throw new Error(
      `${operation?.operationId} responded ${response.status}, but the OpenAPI document ${difference}: ${JSON.stringify(response.body)}`,
    );
}

function findDifference(operation: Operation, response: ObservedResponse): string | null {
  const described = operation.responses[response.status];
  if (!described) return 'does not describe the status';
  const header = DESCRIBED_HEADERS.find(
    (name) => response.headers[name] !== undefined && !described.headers?.[name],
  );
  if (header !== undefined) return `does not describe the header ${header}`;
  return described.content ? findContentDifference(described, response) : null;
}

function findContentDifference(
  { content = {} }: ResponseObject,
  { headers, body }: ObservedResponse,
): string | null {
  const type = headers['content-type']?.split(';')[0] ?? '';
  // Browsers get descriptions of errors as HTML.
  if (type === 'text/html') return null;
  const described = content[type];
  if (!described) return `does not describe the media type ${type}`;
  const { code } = (body ?? {}) as { code?: string };
  if (type === 'application/problem+json' && !described.examples?.[String(code)])
    return `does not describe the code ${code}`;
  if (!type.endsWith('json')) return null;
  const errors = validate(described.schema as JsonSchema, body);
  return errors === null ? null : `describes other content (${errors})`;
}
