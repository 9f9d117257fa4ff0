import { z } from 'zod';
import { type ConnectSession, principalOfSession } from '../../connect-links/sessions/session.ts';
import type { Connection } from '../../connections/connection.ts';
import { getConnection } from '../../connections/get.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { connectionId } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { checkTrustPolicy } from '../../policy-checks/check-trust-policy.ts';
import { requireSession } from '../guard.ts';
import { getPageContext } from '../page-context.ts';
import { getRoleSetupKit, getSessionSetupKit, partitionQuery } from '../session-setup-kit.ts';
import { MAX_POLICY_CHARACTERS, policyPage, rateLimitedPage } from '../views/policy.ts';

export function policyRoutes(app: App, deps: Deps): void {
  checkPolicyRoute(app, deps);
}

/** Checks a pasted trust policy offline. The policy is neither stored nor sent to AWS. */
function checkPolicyRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/policy-checks',
    config: { access: 'connect-session' },
    schema: {
      hide: true,
      body: z.strictObject({
        policy: z.string().max(MAX_POLICY_CHARACTERS),
        /** The connection on whose page the policy was pasted. */
        connectionId: connectionId.optional(),
      }),
      querystring: partitionQuery,
    },
    handler: async (request, reply) => {
      const session = requireSession(request);
      const { policy: pasted, connectionId } = request.body;
      const { tenantId, profile } = session.link;
      const principal = principalOfSession(session);
      const connection = await findConnection(deps, session, connectionId);
      const kit =
        connection === null
          ? await getSessionSetupKit(deps, session, request.query.partition)
          : await getRoleSetupKit(deps, session, connection.partition);
      const { emulatorUrl } = deps;
      const view = { context: getPageContext(deps, request), kit, pasted, connection, emulatorUrl };
      try {
        const check = await checkTrustPolicy(deps, {
          principal,
          tenantId,
          policy: pasted,
          profile,
          partition: kit.vendor.partition,
        });
        return sendPage(reply, 200, policyPage({ ...view, check }));
      } catch (error) {
        const waitSeconds =
          error instanceof Problem && error.code === 'rate_limited' && error.retryAfterSeconds;
        if (!waitSeconds) throw error;
        void reply.header('retry-after', String(waitSeconds));
        return sendPage(reply, 429, rateLimitedPage(view, waitSeconds));
      }
    },
  });
}

async function findConnection(
  deps: Deps,
  session: ConnectSession,
  connectionId: string | undefined,
): Promise<Connection | null> {
  if (connectionId === undefined) return null;
  const principal = principalOfSession(session);
  return getConnection(deps, { principal, tenantId: session.link.tenantId, connectionId });
}
