import cookie from '@fastify/cookie';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { bundleRoutes } from '../../pages/asset-route.ts';
import { acceptForms } from '../../pages/forms.ts';
import { registerConsoleGuard } from '../guard.ts';
import { apiKeysRoutes } from './api-keys-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { connectionsRoutes } from './connections-routes.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { overviewRoutes } from './overview-routes.ts';
import { profilesRoutes } from './profiles-routes.ts';
import { providerRoutes } from './provider-routes.ts';
import { rotationsRoutes } from './rotations-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { sessionsRoutes } from './sessions-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { tenantsRoutes } from './tenants-routes.ts';
import { webhooksRoutes } from './webhooks-routes.ts';
import { workersRoutes } from './workers-routes.ts';

/** The web pages of the vendor's staff. Registered below `/console`. */
export async function consoleRoutes(app: App, deps: Deps): Promise<void> {
  acceptForms(app);
  // Parses cookies before the guard reads them.
  await app.register(cookie);
  registerConsoleGuard(app, deps);
  await bundleRoutes(app, { folder: 'console', name: 'console', access: 'console-public' });
  signInRoutes(app, deps);
  providerRoutes(app, deps);
  overviewRoutes(app, deps);
  searchRoutes(app, deps);
  tenantsRoutes(app, deps);
  tenantRoutes(app, deps);
  connectionsRoutes(app, deps);
  rotationsRoutes(app, deps);
  auditRoutes(app, deps);
  evidenceRoutes(app, deps);
  webhooksRoutes(app, deps);
  profilesRoutes(app, deps);
  apiKeysRoutes(app, deps);
  workersRoutes(app, deps);
  sessionsRoutes(app, deps);
}
