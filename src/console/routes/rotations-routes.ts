import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { listRunningRotations } from '../../fleet/rotations/store.ts';
import type { App } from '../../http/app-type.ts';
import { page, readCursor, toPage } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { getConsoleContext } from '../console-context.ts';
import { rotationsPage } from '../views/rotations.ts';

/** The rotations of all tenants that are not completed. The page of a tenant starts one, and the forms here lead there. */
export function rotationsRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/rotations',
    config: { access: 'fleet:read' },
    schema: { hide: true, querystring: z.object({ cursor: page.cursor }) },
    handler: async (request, reply) => {
      const after = readCursor(request.query.cursor, 'tenant');
      const rows = await listRunningRotations(deps.database, { after, limit: 50 });
      const { data: rotations, nextCursor } = toPage(
        rows.map((rotation) => ({ ...rotation, id: rotation.tenant.id })),
        50,
        (rotation) => rotation,
      );
      return sendPage(reply, 200, rotationsPage(getConsoleContext(deps, request), { rotations, nextCursor }));
    },
  });
}
