import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import { PERMISSIONS, type Permission } from '../../identity/permissions.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import { noBody, noContent, problem } from '../schemas.ts';
import { exampleOf, type JsonSchema, type SchemaConverter } from './json-schema.ts';
import {
  type DescribedProblems,
  exampleProblem,
  headerReferences,
  problemCodesOf,
  problemResponses,
} from './problem-responses.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** The codes that this operation responds with, besides those that every similar operation has. */
    problems?: readonly ProblemCode[];
    /** How problems of this operation differ from others. */
    problemFormat?: ProblemFormat;
  }
}

interface ProblemFormat {
  schema: z.ZodType;
  /** The members that are added to those of every problem. */
  extraMembers(problem: Problem): object;
}

/** A response of any media type. */
interface ResponseContent {
  description: string;
  /** Headers besides those of every response, by their name. */
  headers?: Record<string, object>;
  content: Record<string, { schema: z.ZodType; example?: unknown }>;
}

/** Describes one route as an OpenAPI operation. */
export function describeOperation(route: RouteOptions, method: string, schemas: SchemaConverter): object {
  const { operationId, tags, summary, body, params, response, querystring } = route.schema ?? {};
  const access = route.config?.access ?? 'public';
  const codes = problemCodesOf({
    method,
    isPublic: access === 'public',
    isUnlimited: route.config?.load === 'unlimited',
    hasPathParameters: route.url.includes(':'),
    own: route.schema?.problems ?? [],
  });
  return {
    operationId,
    tags,
    summary,
    description: describe(route, access),
    ...(access === 'public' && { security: [] }),
    ...withParameters([
      ...parametersOf(params, 'path', schemas),
      ...parametersOf(querystring, 'query', schemas),
      ...(method === 'POST' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ]),
    ...requestBody(body, schemas),
    responses: {
      ...successResponses(response, successHeaders(method, access, codes), schemas),
      ...problemResponses(codes, describeProblems(route.schema?.problemFormat, schemas)),
    },
  };
}

/** Shared examples are references, which the format of one operation cannot be. */
function describeProblems(format: ProblemFormat | undefined, schemas: SchemaConverter): DescribedProblems {
  const schema = schemas.convert(format?.schema ?? problem, 'output');
  if (!format) return { schema, exampleOf: (code) => ({ $ref: `#/components/examples/${code}` }) };
  return {
    schema,
    exampleOf(code) {
      const { problem, body } = exampleProblem(code);
      return { summary: body.title, value: { ...format.extraMembers(problem), ...body } };
    },
  };
}

function describe(route: RouteOptions, access: string): string {
  const roles = PERMISSIONS[access as Permission] as readonly string[] | undefined;
  const who = roles && `Roles: ${roles.map((role) => `\`${role}\``).join(', ')}.`;
  return [route.schema?.description, who].filter(Boolean).join('\n\n');
}

const withParameters = (parameters: object[]) => (parameters.length > 0 ? { parameters } : {});

function parametersOf(schema: unknown, location: 'path' | 'query', schemas: SchemaConverter): object[] {
  if (!(schema instanceof z.ZodType)) return [];
  const { properties = {}, required = [] } = schemas.convert(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: location,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function requestBody(body: unknown, schemas: SchemaConverter): { requestBody?: object } {
  if (!(body instanceof z.ZodType) || body === noBody) return {};
  const content = withoutNullish(body);
  return {
    requestBody: {
      required: !body.safeParse(undefined).success,
      content: {
        'application/json': { schema: schemas.convert(content, 'input'), example: exampleOf(content) },
      },
    },
  };
}

/** A body that may be left out may also be `null`, which needs no description. */
function withoutNullish(body: z.ZodType): z.ZodType {
  return body instanceof z.ZodOptional || body instanceof z.ZodNullable
    ? withoutNullish(body.unwrap() as z.ZodType)
    : body;
}

function successHeaders(method: string, access: string, codes: readonly ProblemCode[]): string[] {
  return [
    'x-request-id',
    // Credentials are never stored, so their response is not replayed.
    ...(method === 'POST' && access !== 'credentials:issue' ? ['idempotency-replayed'] : []),
    ...(codes.includes('rate_limited') ? ['ratelimit', 'ratelimit-policy'] : []),
  ];
}

function successResponses(
  response: unknown,
  headerNames: string[],
  schemas: SchemaConverter,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(response as Record<string, z.ZodType | ResponseContent>).map(([status, one]) => {
      const { description, headers, content } = one instanceof z.ZodType ? jsonContent(one) : one;
      return [
        status,
        {
          description,
          headers: { ...headers, ...headerReferences(headerNames) },
          ...(one !== noContent && { content: describeContent(content, schemas) }),
        },
      ];
    }),
  );
}

function jsonContent(schema: z.ZodType): ResponseContent {
  return { description: schema.description ?? '', content: { 'application/json': { schema } } };
}

function describeContent(content: ResponseContent['content'], schemas: SchemaConverter): object {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema, example = exampleOf(schema) }]) => [
      type,
      { schema: schemas.convert(schema, 'output'), example },
    ]),
  );
}
