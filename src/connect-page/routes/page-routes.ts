import cookie from '@fastify/cookie';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { acceptForms } from '../../pages/forms.ts';
import { registerPageGuard } from '../guard.ts';
import { accountsRoutes } from './accounts-routes.ts';
import { assetRoutes } from './asset-routes.ts';
import { connectionRoutes } from './connection-routes.ts';
import { homeRoutes } from './home-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** The hosted page and everything that it loads. Registered below `/connect`. */
export async function connectPageRoutes(app: App, deps: Deps): Promise<void> {
  acceptForms(app);
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
