import type { NewAuditEvent } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertProfile } from '../profiles/assert-profile.ts';
import { lockTenant } from '../tenants/store.ts';
import { assertRoleAllowed, type Connection } from './connection.ts';
import { insertConnection } from './store.ts';

/**
 * Registers a role for a tenant; nothing is asked of AWS yet. Two tenants may register the same role: what decides is
 * whose external ID it demands, and a refusal here would tell one customer about another's roles.
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
  },
): Promise<Connection> {
  assertTenantAccess(input.principal, input.tenantId);
  const { accountId, partition } = assertRoleAllowed(input.roleArn, {
    partition: deps.config.vendor.partition,
    ownAccountIds: deps.config.ownAccountIds,
  });
  return deps.database.transaction(async (database) => {
    await lockForRegistration(database, input.tenantId);
    await assertProfile(database, input.profile);
    const connection = await insertConnection(database, {
      id: newId('connection'),
      tenantId: input.tenantId,
      name: input.name,
      roleArn: input.roleArn,
      accountId,
      partition,
      profile: input.profile,
      now: deps.clock.now(),
    });
    await recordEvents(database, deps.clock, registeredEvent(connection, input.actor));
    return connection;
  });
}

/** Locks a tenant that may get connections. @throws Problem `not_found`, `tenant_not_active` */
export async function lockForRegistration(database: Database, tenantId: string): Promise<void> {
  const status = await lockTenant(database, tenantId);
  if (status === null) throw notFound();
  if (status !== 'active') {
    throw new Problem('tenant_not_active', `This tenant is ${status}; it gets no new connections.`);
  }
}

export function registeredEvent({ id, tenantId, roleArn, profile }: Connection, actor: Actor): NewAuditEvent {
  return {
    tenantId,
    actor,
    action: 'connection.registered',
    outcome: 'success',
    detail: { connectionId: id, roleArn, profile },
  };
}
