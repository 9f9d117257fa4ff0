import type { RouteOptions } from 'fastify';
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import { createSchemaConverter } from './json-schema.ts';
import { describeOperation } from './operation.ts';
import { EXAMPLE_REQUEST_ID, exampleProblem, responseName } from './problem-responses.ts';

/** The tags in the order in which documentation shows them. */
const TAGS = {
  Tenants: "The vendor's customers. Each has one external ID.",
  'External ID':
    "A tenant's external ID, which is issued by the service and cannot be set, and its rotation.",
  'Setup kit': 'What a customer needs to create the role in its AWS account, in several formats.',
  Connections: "Customers' IAM roles and their verification.",
  Fleet: 'All tenants and connections: search, lists and numbers for the staff of the vendor.',
  Credentials: 'Temporary AWS credentials for workers.',
  'Access profiles': 'Named sets of permissions: what a role grants, and what a session may use of it.',
  'Connect links': 'Links to the hosted page on which a customer connects its AWS accounts.',
  'API keys': 'Keys of programs, staff and tenants.',
  'Worker tokens': 'Revocation of the OIDC tokens of worker identities.',
  Broker: 'The vendor identity that calls AssumeRole.',
  Audit: 'The audit log.',
  Events: 'The feed of all changes of state.',
  Webhooks: 'Endpoints of the vendor that get each event.',
  Operations: 'The state of the service itself. These operations need no key.',
};

const HEADERS = {
  'x-request-id': {
    description: 'The ID of the request: the one that the client sent in this header, or a new one.',
    schema: { type: 'string', examples: [EXAMPLE_REQUEST_ID] },
  },
  'retry-after': {
    description:
      'The number of seconds after which to repeat the request. Left out if repeating it is useless.',
    schema: { type: 'integer', minimum: 0, examples: [5] },
  },
  'www-authenticate': {
    description: 'The authentication scheme (RFC 9110).',
    schema: { type: 'string', examples: ['Bearer realm="countersign"'] },
  },
  'idempotency-replayed': {
    description:
      'Sent as `true` if this is the response of an earlier request with the same Idempotency-Key; otherwise left out.',
    schema: { type: 'string', enum: ['true'] },
  },
  ratelimit: {
    description: 'What is left of the limit (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"verifications";r=29;t=2'] },
  },
  'ratelimit-policy': {
    description: 'The limit (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"verifications";q=30;w=60'] },
  },
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes it safe to repeat the request: within 24 hours, the same request with the same key takes effect once. Any unique text, such as a UUID, with or without double quotes.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!#-~][!-~]*$' },
  example: '0d8f3c1e-6f0b-4f4e-8f0e-5b1d2c3a4e5f',
};

/** Describes all routes that have an `operationId`, as an OpenAPI 3.1 document. */
export function buildDocument(routes: readonly RouteOptions[], version: string): object {
  const schemas = createSchemaConverter();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes.filter(({ schema }) => schema?.operationId !== undefined)) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    for (const method of [route.method].flat())
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: describeOperation(route, method, schemas) as Operation,
      };
  }
  const responses = shareResponses(Object.values(paths).flatMap((operations) => Object.values(operations)));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version,
      description:
        'Issues an external ID to each tenant, verifies that customers’ roles enforce it, and issues short-lived AWS credentials to workers.',
      contact: { name: 'The maintainers of Countersign' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The service that serves this document.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: schemas.components,
      responses,
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
      headers: HEADERS,
      examples: problemExamples(),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of Countersign or, for workers, a JWT of a configured issuer.',
        },
      },
    },
  };
}

interface Operation {
  responses: Record<string, object>;
}

/** Moves the most frequent response of each error status to the components, under the name of the status. */
function shareResponses(operations: readonly Operation[]): Record<string, object> {
  const shared: Record<string, object> = {};
  const statuses = new Set(operations.flatMap(({ responses }) => Object.keys(responses)));
  for (const status of [...statuses].filter((status) => /^[45]/.test(status)).sort()) {
    const text = findCommonText(
      operations.flatMap(({ responses }) => JSON.stringify(responses[status]) ?? []),
    );
    const name = responseName(status);
    shared[name] = JSON.parse(text);
    for (const { responses } of operations)
      if (JSON.stringify(responses[status]) === text)
        responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return shared;
}

function findCommonText(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
}

/** Unknown methods are no operations, so their problem is in no response. */
function problemExamples(): Record<string, object> {
  const codes = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => code !== 'method_not_allowed');
  return Object.fromEntries(
    codes.map((code) => {
      const { body } = exampleProblem(code);
      return [code, { summary: body.title, value: body }];
    }),
  );
}
