import cookie from '@fastify/cookie';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { decodeBody } from '../../http/body.ts';
import { invalidRequest } from '../../http/problem.ts';
import { isPercentEncodedUtf8 } from '../../http/url.ts';
import { registerPageGuard } from '../guard.ts';
import { accountsRoutes } from './accounts-routes.ts';
import { assetRoutes } from './asset-routes.ts';
import { connectionRoutes } from './connection-routes.ts';
import { homeRoutes } from './home-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** The hosted page and everything that it loads. Registered below `/connect`. */
export async function connectPageRoutes(app: App, deps: Deps): Promise<void> {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body, done) => done(null, parseForm(decodeBody(request, body as Buffer))),
  );
  // Parses cookies before the guard reads them.
  await app.register(cookie);
  registerPageGuard(app, deps);
  await assetRoutes(app, deps);
  sessionRoutes(app, deps);
  homeRoutes(app, deps);
  connectionRoutes(app, deps);
  policyRoutes(app, deps);
  accountsRoutes(app, deps);
}

/** @throws Problem `validation_failed`: URLSearchParams would replace bytes that are not UTF-8 */
function parseForm(text: string): Record<string, string> {
  if (!isPercentEncodedUtf8(text)) throw invalidRequest([{ path: 'body', message: 'must be UTF-8' }]);
  return Object.fromEntries(new URLSearchParams(text));
}
