import type { App } from '../http/app-type.ts';
import { decodeBody } from '../http/body.ts';
import { invalidRequest } from '../http/problem.ts';
import { isPercentEncodedUtf8 } from '../http/url.ts';

/** Lets the routes of this scope receive the forms of pages. */
export function acceptForms(app: App): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body, done) => done(null, parseForm(decodeBody(request, body as Buffer))),
  );
}

/** @throws Problem `validation_failed`: URLSearchParams would replace bytes that are not UTF-8 */
function parseForm(text: string): Record<string, string> {
  if (!isPercentEncodedUtf8(text)) throw invalidRequest([{ path: 'body', message: 'must be UTF-8' }]);
  return Object.fromEntries(new URLSearchParams(text));
}
