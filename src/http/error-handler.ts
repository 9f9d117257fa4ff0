import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isDatabaseUnavailable } from '../database/database-error.ts';
import { bodyTooLarge, notJson } from './body.ts';
import { invalidRequest, notFound, Problem, type ProblemCode } from './problem.ts';
import { malformedUrl, uriTooLong } from './url.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The base of links to this service, without a trailing slash. */
    baseUrl(): string;
  }
}

/** Turns every error into a problem of the closed table. Its cause is logged and never sent. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    return invalidRequest(
      error.validation.map((issue) => ({
        path:
          issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || String(error.validationContext ?? ''),
        message: issue.message ?? 'is not valid',
      })),
    );
  }
  const { statusCode, code, message } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_NOT_FOUND' || statusCode === 404) return notFound();
  // Fastify's own message repeats the path, which may hold the secret of a connect link.
  if (code === 'FST_ERR_BAD_URL') return malformedUrl();
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return uriTooLong();
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge();
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return notJson();
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    // Fastify's own errors, such as a body that is not JSON.
    return new Problem('validation_failed', message ?? 'The request is malformed.', {
      errors: [{ path: 'request', message: message ?? 'is malformed' }],
      cause: error,
    });
  }
  if (isDatabaseUnavailable(error)) {
    return new Problem(
      'database_unavailable',
      'The database is unavailable. Try again after the time in Retry-After.',
      {
        cause: error,
        retryAfterSeconds: 2,
      },
    );
  }
  return new Problem(
    'internal_error',
    'The service failed. Report the request ID; it identifies the cause in the log.',
    {
      cause: error,
    },
  );
}

/** A state of the service that is logged when it begins and ends, and not for every request that it affects. */
const LOGGED_ONCE = new Set<ProblemCode>(['broker_failing']);

export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  extraMembers: Record<string, string> = {},
): FastifyReply {
  if (problem.status >= 500 && !LOGGED_ONCE.has(problem.code))
    request.log.error({ code: problem.code, err: problem.cause ?? problem }, problem.detail);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="countersign"');
  return setProblemHeaders(problem, reply)
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ ...extraMembers, ...problem.toBody(request.id, request.server.baseUrl()) });
}

export function setProblemHeaders(problem: Problem, reply: FastifyReply): FastifyReply {
  if (problem.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply.headers(problem.headers);
}
