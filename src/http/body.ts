import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonKeys } from '../lib/json-keys.ts';
import { externalIdNotSettable, namesExternalId } from './input-guard.ts';
import { invalidRequest, Problem } from './problem.ts';

/**
 * Accepts JSON bodies only. An empty body counts as none, whatever its Content-Type: many clients send the header on
 * every POST, and many operations of this API have no body.
 */
export function acceptOnlyJson(app: FastifyInstance): void {
  // Rejects `__proto__` and `constructor.prototype` as keys.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = decodeBody(request, body as Buffer);
    parseJson(request, text, (error, value) => {
      done(error ?? findDuplicateKey(request, text), value);
    });
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else done(notJson());
  });
}

/**
 * Decodes a body, without a byte order mark. Node.js would replace bytes that are not UTF-8, so that another text than
 * the client's would be stored.
 * @throws Problem `unsupported_media_type` or `validation_failed`
 */
export function decodeBody({ headers }: FastifyRequest, body: Buffer): string {
  const charsets = (headers['content-type'] ?? '').matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi);
  for (const [, charset] of charsets) if (!/^utf-?8$/i.test(charset ?? '')) throw notUtf8Charset();
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) throw isEncoded();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalidRequest([{ path: 'body', message: 'must be UTF-8' }]);
  }
}

/** JSON parsers differ in which of two values they use, so a proxy could check another value than is used here. */
function findDuplicateKey(request: FastifyRequest, text: string): Problem | null {
  const keys = [...jsonKeys(text)];
  const duplicate = keys.find(({ isDuplicate }) => isDuplicate);
  if (!duplicate) return null;
  // An external ID has a code of its own, also inside a value that a later duplicate replaces.
  const hidesExternalId = keys.some(({ key }) => namesExternalId(key));
  if (hidesExternalId && !request.routeOptions.config.policyMembers)
    return externalIdNotSettable(duplicate.key);
  const message = 'occurs twice in the same JSON object';
  return invalidRequest([{ path: duplicate.key.slice(0, 200), message }]);
}

export function notJson(): Problem {
  return new Problem(
    'unsupported_media_type',
    'Send the body as JSON, with Content-Type: application/json.',
    { errors: [{ path: 'Content-Type', message: 'must be application/json' }] },
  );
}

function notUtf8Charset(): Problem {
  return new Problem('unsupported_media_type', 'Send the body in UTF-8.', {
    errors: [{ path: 'Content-Type', message: 'must have no charset other than utf-8' }],
  });
}

function isEncoded(): Problem {
  return new Problem('unsupported_media_type', 'Send the body uncompressed, without Content-Encoding.', {
    errors: [{ path: 'Content-Encoding', message: 'must be identity or left out' }],
  });
}

export function bodyTooLarge(): Problem {
  return new Problem('body_too_large', 'The body is larger than this operation accepts.');
}
