import type { NewAuditEvent } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertProfileExists } from '../profiles/require-profile.ts';
import { lockActiveTenant } from '../tenants/store.ts';
import { type Connection, vendorAccountsOf } from './connection.ts';
import { validateRoleArn } from './role-input.ts';
import { type ImportedRole, insertConnection } from './store.ts';

/**
 * Registers a role for a tenant without calling AWS. Two tenants may register the same role: only the tenant whose
 * external ID the role enforces can use it, and rejecting the second one would tell a customer about another's roles.
 * @throws Problem `not_found`, `validation_failed`, `role_not_allowed`, `tenant_not_active`, `conflict` (same role twice)
 */
export async function registerConnection(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: {
    principal: Principal;
    actor: Actor;
    tenantId: string;
    roleArn: string;
    name: string | null;
    profile: string | null;
    /** The role existed before its tenant, and does not have the tenant's external ID yet. */
    imported?: ImportedRole;
  },
): Promise<Connection> {
  assertTenantAccess(input.principal, input.tenantId);
  const { accountId, partition } = validateRoleArn(input.roleArn, vendorAccountsOf(deps.config));
  return deps.database.transaction(async (database) => {
    await lockActiveTenant(database, input.tenantId);
    await assertProfileExists(database, input.profile);
    const connection = await insertConnection(database, {
      id: newId('connection'),
      tenantId: input.tenantId,
      name: input.name,
      roleArn: input.roleArn,
      accountId,
      partition,
      profile: input.profile,
      imported: input.imported,
      now: deps.clock.now(),
    });
    await recordEvents(database, deps.clock, buildRegisteredEvent(connection, input.actor));
    return connection;
  });
}

export function buildRegisteredEvent(
  { id, tenantId, roleArn, profile, legacy }: Connection,
  actor: Actor,
): NewAuditEvent {
  return {
    tenantId,
    actor,
    action: 'connection.registered',
    outcome: 'success',
    detail: { connectionId: id, roleArn, profile, ...(legacy && { legacy }) },
  };
}
