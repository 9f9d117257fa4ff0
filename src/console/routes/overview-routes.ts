import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { sendPage } from '../../pages/page-security.ts';
import { getConsoleContext } from '../console-context.ts';
import { overviewPage } from '../views/overview.ts';

export function overviewRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/',
    config: { access: 'fleet:read' },
    schema: { hide: true },
    handler: async (request, reply) => sendPage(reply, 200, overviewPage(getConsoleContext(deps, request))),
  });
}
