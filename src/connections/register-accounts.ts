import { recordEvents } from '../audit/record.ts';
import { requireBroker } from '../broker/partition.ts';
import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { getRoleSettings } from '../profiles/get-role-settings.ts';
import { assertProfileExists } from '../profiles/require-profile.ts';
import { lockActiveTenant } from '../tenants/store.ts';
import { type Connection, vendorAccountsOf } from './connection.ts';
import { buildRegisteredEvent } from './register.ts';
import { parseRoleInput, type RoleInputContext, validateRoleArn } from './role-input.ts';
import { roleMessage, roleProblem } from './role-texts.ts';
import { findConnectionsByRoles, insertMissingConnections } from './store.ts';

export interface AccountOutcome {
  /** As the caller sent it. */
  accountId: string;
  outcome: 'registered' | 'already_registered' | 'refused';
  /** Left out if the account was refused. */
  connection?: Connection;
  /** Why the account was refused. */
  error?: Problem;
}

interface ValidatedRole {
  roleArn: string;
  accountId: string;
  partition: string;
}

type ValidatedAccount = { accountId: string } & ({ role: ValidatedRole } | { error: Problem });

interface Input {
  principal: Principal;
  actor: Actor;
  tenantId: string;
  accountIds: readonly string[];
  /** The AWS partition of all accounts; null: the main one. */
  partition: string | null;
  /** null: the role name of the setup kit, or of the profile if one is named. */
  roleName: string | null;
  /** null: the path of the setup kit's role. */
  rolePath: string | null;
  /** The name of each connection. */
  name: string | null;
  profile: string | null;
}

/**
 * Registers the setup kit's role in many accounts without calling AWS. The outcomes are in the order of the list. All
 * accounts that can be registered are registered in one transaction with their audit events, so that a caller who got
 * no answer can send the same list again.
 * @throws Problem `not_found`, `tenant_not_active`, `validation_failed` (the profile does not exist, or the partition
 * has no broker)
 */
export async function registerAccounts(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: Input,
): Promise<AccountOutcome[]> {
  const { tenantId, profile } = input;
  assertTenantAccess(input.principal, tenantId);
  const role = await getRoleSettings(deps, profile);
  const accounts = validateAccounts(input.accountIds, {
    vendor: vendorAccountsOf(deps.config),
    partition: requireBroker(deps.config, input.partition).partition,
    role: {
      name: input.roleName ?? role.name,
      ...(input.rolePath !== null && { path: input.rolePath }),
    },
  });
  const roles = accounts.flatMap((account) => ('role' in account ? [account.role] : []));
  return deps.database.transaction(async (database) => {
    await lockActiveTenant(database, tenantId);
    await assertProfileExists(database, profile);
    const inserted = await insertRoles({ ...deps, database }, input, roles);
    const all = await findConnectionsByRoles(database, {
      tenantId,
      roleArns: roles.map((one) => one.roleArn),
    });
    return toOutcomes(accounts, inserted, all);
  });
}

async function insertRoles(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { tenantId, actor, name, profile }: Input,
  roles: readonly ValidatedRole[],
): Promise<Connection[]> {
  const now = clock.now();
  const inserted = await insertMissingConnections(
    database,
    roles.map((role) => ({ id: newId('connection'), tenantId, name, ...role, profile, now })),
  );
  await recordEvents(database, clock, ...inserted.map((one) => buildRegisteredEvent(one, actor)));
  return inserted;
}

function toOutcomes(
  accounts: readonly ValidatedAccount[],
  inserted: readonly Connection[],
  all: readonly Connection[],
): AccountOutcome[] {
  const insertedIds = new Set(inserted.map(({ id }) => id));
  const byArn = new Map(all.map((connection) => [connection.roleArn, connection]));
  return accounts.map((account): AccountOutcome => {
    const { accountId } = account;
    if ('error' in account) return { accountId, outcome: 'refused', error: account.error };
    const connection = byArn.get(account.role.roleArn);
    if (!connection) throw new Error(`${account.role.roleArn} was neither inserted nor found`);
    const outcome = insertedIds.has(connection.id) ? 'registered' : 'already_registered';
    return { accountId, outcome, connection };
  });
}

function validateAccounts(accountIds: readonly string[], context: RoleInputContext): ValidatedAccount[] {
  const seen = new Set<string>();
  return accountIds.map((accountId) => {
    try {
      const role = validateAccount(accountId, context);
      if (seen.has(role.roleArn)) throw roleProblem('conflict', roleMessage('role.duplicate'));
      seen.add(role.roleArn);
      return { accountId, role };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { accountId, error };
    }
  });
}

/** Rejects ARNs: the list is of accounts, and an ARN could name any role. */
function validateAccount(text: string, context: RoleInputContext): ValidatedRole {
  if (!/^[\d\s-]+$/.test(text)) throw roleProblem('validation_failed', roleMessage('role.notAnAccountId'));
  const roleArn = parseRoleInput(text, context);
  const { accountId, partition } = validateRoleArn(roleArn, context.vendor);
  return { roleArn, accountId, partition };
}
