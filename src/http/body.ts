import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/**
 * Bodies are JSON. One without a byte is no body, whatever its Content-Type says: many clients name one on every POST,
 * and those of this API often have nothing to say.
 */
export function acceptJsonAlone(app: FastifyInstance): void {
  // Refuses `__proto__` and `constructor.prototype` as keys.
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
