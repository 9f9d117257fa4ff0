import { z } from 'zod';
import { type ConnectSession, principalOfSession } from '../../connect-links/session.ts';
import type { Connection } from '../../connections/connection.ts';
import { getConnection } from '../../connections/get.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { connectionId } from '../../http/schemas.ts';
import { checkTrustPolicy } from '../../policy-checks/check-trust-policy.ts';
import { kitOf } from '../connect-role.ts';
import { lookFor, sendPage, sessionOf } from '../guard.ts';
import { LONGEST_POLICY, policyPage, waitPage } from '../views/policy.ts';

/** A trust policy that is pasted into the page: judged offline, neither kept nor sent to AWS. */
export function policyRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/policy-checks',
    config: { access: 'connect-session' },
    schema: {
      hide: true,
      body: z.strictObject({
        policy: z.string().max(LONGEST_POLICY),
        /** Whose role's policy it is, where it was pasted beside one. */
        connectionId: connectionId.optional(),
      }),
    },
    handler: async (request, reply) => {
      const session = sessionOf(request);
      const { policy: pasted, connectionId } = request.body;
      const look = lookFor(deps, request);
      const { tenantId, profile } = session.link;
      const principal = principalOfSession(session);
      const connection = await connectionOf(deps, session, connectionId);
      const kit = await kitOf(deps, session);
      const view = { look, kit, pasted, connection, emulatorUrl: deps.emulatorUrl };
      try {
        const check = await checkTrustPolicy(deps, { principal, tenantId, policy: pasted, profile });
        return sendPage(reply, 200, policyPage({ ...view, check }));
      } catch (error) {
        const seconds = error instanceof Problem && error.code === 'rate_limited' && error.retryAfterSeconds;
        if (!seconds) throw error;
        return sendPage(reply.header('retry-after', String(seconds)), 429, waitPage(view, seconds));
      }
    },
  });
}

async function connectionOf(
  deps: Deps,
  session: ConnectSession,
  connectionId: string | undefined,
): Promise<Connection | null> {
  if (connectionId === undefined) return null;
  const principal = principalOfSession(session);
  return getConnection(deps, { principal, tenantId: session.link.tenantId, connectionId });
}
