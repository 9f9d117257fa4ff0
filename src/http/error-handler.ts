import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { unavailableReason } from '../database/database-error.ts';
import { bodyTooLarge, notJson } from './body.ts';
import { invalidRequest, notFound, Problem, type ProblemCode } from './problem.ts';
import { malformedUrl, uriTooLong } from './url.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The base of links to this service, without a trailing slash. */
    baseUrl(): string;
    /** Counts a request that failed because of the database; false if the database is not the cause. */
    reportDatabaseFailure(error: unknown): boolean;
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
  // The only thing that a request may wait for so long without a time limit of its own is the database.
  if (code === 'FST_ERR_HANDLER_TIMEOUT' || unavailableReason(error) !== null) {
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
const LOGGED_ONCE = new Set<ProblemCode>(['broker_failing', 'overloaded']);

export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  extraMembers: Record<string, string> = {},
): FastifyReply {
  logFailure(problem, request);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="countersign"');
  return setProblemHeaders(problem, reply)
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({
      ...extraMembers,
      ...problem.toBody(request.id, request.server.baseUrl()),
      ...(request.traceSpan && { traceId: request.traceSpan.traceId }),
    });
}

/** Logs a failure of the service with its cause, unless it is counted as part of an outage. */
export function logFailure(problem: Problem, request: FastifyRequest): void {
  if (problem.status < 500 || LOGGED_ONCE.has(problem.code)) return;
  if (request.server.reportDatabaseFailure(problem)) return;
  request.log.error({ code: problem.code, err: problem.cause ?? problem }, problem.detail);
}

export function setProblemHeaders(problem: Problem, reply: FastifyReply): FastifyReply {
  if (problem.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply.headers(problem.headers);
}
