import { type ConnectSession, principalOfSession } from '../connect-links/sessions/session.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { getSetupKit } from '../setup-kit/get-setup-kit.ts';
import type { TenantSetupKit } from '../setup-kit/setup-kit.ts';

/**
 * The setup kit of the link's tenant and access profile.
 * @throws Problem `conflict` when the profile was deleted after the link was created
 */
export async function getSessionSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  session: ConnectSession,
): Promise<TenantSetupKit> {
  const { tenantId, profile } = session.link;
  try {
    return await getSetupKit(deps, {
      principal: principalOfSession(session),
      tenantId,
      profile,
      partition: null,
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'validation_failed') throw error;
    const { name } = deps.config.vendor;
    throw new Problem(
      'conflict',
      `What ${name} asks for has changed since this link was made. Ask ${name} for a new one.`,
      { cause: error },
    );
  }
}
