import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { sendPage } from '../../pages/page-security.ts';
import { getConsoleContext } from '../console-context.ts';
import { readOverview } from '../read-overview.ts';
import { overviewPage } from '../views/overview.ts';

export function overviewRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/',
    config: { access: 'fleet:read' },
    schema: { hide: true },
    handler: async (request, reply) => {
      const context = getConsoleContext(deps, request);
      return sendPage(reply, 200, overviewPage(context, await readOverview(deps, context.may)));
    },
  });
}
