import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isDatabaseUnavailable } from '../database/database-error.ts';
import { invalidRequest, notFound, Problem } from './problem.ts';

/** Every error ends here and leaves as a problem of the closed table. What caused it goes to the log alone. */
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
  // Their own messages repeat the path, in which there may be a connect link's secret.
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return invalidRequest([{ path: 'request', message: 'the address is malformed' }]);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    // Fastify's own: a body that is no JSON, too large, of another media type, a malformed URL.
    return new Problem('validation_failed', message ?? 'The request is malformed.', {
      errors: [{ path: 'request', message: message ?? 'is malformed' }],
      cause: error,
    });
  }
  if (isDatabaseUnavailable(error)) {
    return new Problem(
      'database_unavailable',
      'The database is not available at the moment. Try again shortly.',
      {
        cause: error,
        retryAfterSeconds: 2,
      },
    );
  }
  return new Problem(
    'internal_error',
    'Something went wrong on our side. The request ID finds it in the log.',
    {
      cause: error,
    },
  );
}

export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  more: Record<string, string> = {},
): FastifyReply {
  if (problem.status >= 500)
    request.log.error({ code: problem.code, err: problem.cause ?? problem }, problem.detail);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="countersign"');
  if (problem.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ ...more, ...problem.toBody(request.id) });
}
