import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { search } from '../../fleet/search/search.ts';
import { parseSearchTerm } from '../../fleet/search/search-term.ts';
import type { App } from '../../http/app-type.ts';
import { sendPage } from '../../pages/page-security.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { findOnlyHit } from '../only-hit.ts';
import { searchPage } from '../views/search.ts';

export function searchRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/search',
    config: { access: 'fleet:read' },
    schema: { hide: true, querystring: z.object({ q: z.string().trim().max(2048).default('') }) },
    handler: async (request, reply) => {
      const { q } = request.query;
      const found = q === '' ? { tenants: [], connections: [] } : await search(deps, q);
      const hit = findOnlyHit(parseSearchTerm(q), found);
      if (hit !== null) return reply.redirect(consolePathOf(deps.baseUrl()) + hit, 303);
      return sendPage(reply, 200, searchPage(getConsoleContext(deps, request), { q, ...found }));
    },
  });
}
