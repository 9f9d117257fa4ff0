import type { FastifyInstance } from 'fastify';
import createRouter from 'find-my-way';
import { invalidRequest, notFound, Problem } from './problem.ts';
import { assertWellFormedUrl, MAX_URL_LENGTH } from './url.ts';

/**
 * Responds 404 to an unknown path and 405 to a known path with another method, before anybody is authenticated and before
 * a body is read. Fastify's router alone cannot tell them apart, and would match `GET …/connections/batch` as a
 * connection whose ID is "batch". Call this before any route is registered.
 */
export function refuseUnknownPaths(app: FastifyInstance): void {
  const router = createRouter({ maxParamLength: MAX_URL_LENGTH });
  const methodsByPattern = new Map<string, Set<string>>();

  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url.replace(/:\w+/g, ':parameter');
    let methods = methodsByPattern.get(pattern);
    if (!methods) {
      methods = new Set();
      methodsByPattern.set(pattern, methods);
      router.on('GET', url, () => undefined, methods);
    }
    for (const one of [method].flat()) methods.add(one);
    // Fastify adds `/prefix/` beside `/prefix`, and reports only the HEAD route of it.
    if (method === 'HEAD') methods.add('GET');
  });

  app.addHook('onRequest', ({ raw: { url = '/', httpVersion, headers, method = '' } }, _reply, done) => {
    // Node.js would respond to this by itself, without a body (RFC 9112, section 3.2).
    if (headers.host === undefined && httpVersion === '1.1')
      return done(invalidRequest([{ path: 'Host', message: 'is required in HTTP/1.1' }]));
    assertWellFormedUrl(url);
    const found = router.find('GET', url);
    // A parameter is empty when a path ends with a slash, which no path of this API does.
    if (!found || Object.values(found.params).includes('')) return done(notFound());
    const methods: Set<string> = found.store;
    done(methods.has(method) ? undefined : methodNotAllowed(method, [...methods]));
  });
}

function methodNotAllowed(method: string, allowed: string[]): Problem {
  const list = allowed.sort().join(', ');
  return new Problem('method_not_allowed', `This path does not support ${method}. It supports: ${list}.`, {
    headers: { allow: list },
  });
}
