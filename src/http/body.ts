import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/**
 * Accepts JSON bodies only. An empty body counts as none, whatever its Content-Type: many clients send the header on
 * every POST, and many operations of this API have no body.
 */
export function acceptOnlyJson(app: FastifyInstance): void {
  // Rejects `__proto__` and `constructor.prototype` as keys.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else done(notJson());
  });
}

function notJson(): Problem {
  return new Problem('validation_failed', 'Send the body as JSON, with Content-Type: application/json.', {
    errors: [{ path: 'Content-Type', message: 'must be application/json' }],
  });
}
