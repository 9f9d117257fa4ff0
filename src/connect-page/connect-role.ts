import { actorOfLink, type ConnectSession, principalOfSession } from '../connect-links/session.ts';
import type { Connection } from '../connections/connection.ts';
import { registerConnection } from '../connections/register.ts';
import { readRole } from '../connections/role-input.ts';
import { findConnectionOfRole } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { getSetupKit } from '../setup-kit/get.ts';
import type { KitInput } from '../setup-kit/setup-kit.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'config'>;

/** The setup kit of the link's tenant and access profile. @throws Problem `conflict` when the profile is gone */
export async function kitOf(
  deps: Pick<Deps, 'database' | 'config'>,
  session: ConnectSession,
): Promise<KitInput> {
  const { tenantId, profile } = session.link;
  try {
    return await getSetupKit(deps, { principal: principalOfSession(session), tenantId, profile });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'validation_failed') throw error;
    throw new Problem(
      'conflict',
      `What ${deps.config.vendor.name} asks for has changed since this link was made. Ask ${deps.config.vendor.name} for a new one.`,
      { cause: error },
    );
  }
}

/**
 * The role that a customer means who typed this, for the check as one types and for the last word alike.
 * @throws Problem `validation_failed`, `role_not_allowed`
 */
export async function roleOf(
  deps: Pick<Deps, 'database' | 'config'>,
  input: { session: ConnectSession; role: string },
): Promise<string> {
  const { role } = await kitOf(deps, input.session);
  const { vendor, ownAccountIds } = deps.config;
  return readRole(input.role, { vendor: { partition: vendor.partition, ownAccountIds }, role });
}

/**
 * Registers the role that the customer named, or finds the connection that there is for it: somebody who comes back
 * and types the same again wants to go on, and not to be told of a conflict.
 * @throws Problem `validation_failed`, `role_not_allowed`, `tenant_not_active`
 */
export async function connectRole(
  deps: Needs,
  input: { session: ConnectSession; role: string },
): Promise<Connection> {
  const { link } = input.session;
  const roleArn = await roleOf(deps, input);
  const where = { tenantId: link.tenantId, roleArn };
  const known = await findConnectionOfRole(deps.database, where);
  if (known) return known;
  try {
    return await registerConnection(deps, {
      principal: principalOfSession(input.session),
      actor: actorOfLink(link),
      ...where,
      name: null,
      profile: link.profile,
    });
  } catch (error) {
    // Two tabs at once: the other one's is this one's too.
    const other = error instanceof Problem && error.code === 'conflict';
    const connection = other ? await findConnectionOfRole(deps.database, where) : null;
    if (connection) return connection;
    throw error;
  }
}
