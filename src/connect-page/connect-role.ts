import {
  actorOfSession,
  type ConnectSession,
  principalOfSession,
} from '../connect-links/sessions/session.ts';
import { type Connection, vendorAccountsOf } from '../connections/connection.ts';
import { registerConnection } from '../connections/register.ts';
import { parseRoleInput } from '../connections/role-input.ts';
import { findConnectionByRole } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { getSessionSetupKit } from './session-setup-kit.ts';

interface RoleInput {
  session: ConnectSession;
  /** An ARN, or the ID of an account in the chosen partition. */
  role: string;
  partition: string | undefined;
}

/**
 * The ARN of the role that the customer typed. The check while typing and the submitted form use the same rules.
 * @throws Problem `validation_failed`, `role_not_allowed`
 */
export async function resolveRoleArn(
  deps: Pick<Deps, 'database' | 'config'>,
  input: RoleInput,
): Promise<string> {
  const { role, vendor } = await getSessionSetupKit(deps, input.session, input.partition);
  return parseRoleInput(input.role, {
    vendor: vendorAccountsOf(deps.config),
    partition: vendor.partition,
    role,
  });
}

/**
 * Registers the role that the customer typed, or returns the connection that exists for it: a customer who comes back
 * and submits the same role again wants to continue, not to read about a conflict.
 * @throws Problem `validation_failed`, `role_not_allowed`, `tenant_not_active`
 */
export async function connectRole(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: RoleInput,
): Promise<Connection> {
  const { link } = input.session;
  const where = { tenantId: link.tenantId, roleArn: await resolveRoleArn(deps, input) };
  const existing = await findConnectionByRole(deps.database, where);
  if (existing) return existing;
  try {
    return await registerConnection(deps, {
      principal: principalOfSession(input.session),
      actor: actorOfSession(input.session),
      ...where,
      name: null,
      profile: link.profile,
    });
  } catch (error) {
    // Two tabs may register the same role at once: both continue with the connection that was inserted first.
    const isConflict = error instanceof Problem && error.code === 'conflict';
    const connection = isConflict ? await findConnectionByRole(deps.database, where) : null;
    if (connection) return connection;
    throw error;
  }
}
