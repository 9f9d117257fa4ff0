import { recordEvents } from '../audit/record.ts';
import { parseRoleArn } from '../aws/arn.ts';
import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { Problem, type ProblemCode } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertProfile } from '../profiles/assert-profile.ts';
import { roleOfProfile } from '../profiles/role-of-profile.ts';
import type { Connection } from './connection.ts';
import { lockForRegistration, registeredEvent } from './register.ts';
import { type RoleInputRules, readRole } from './role-input.ts';
import { findConnectionsOfRoles, insertConnections } from './store.ts';

/** What became of one account of the list. */
export interface AccountOutcome {
  /** As it was sent. */
  accountId: string;
  outcome: 'registered' | 'already_registered' | 'refused';
  connection?: Connection;
  /** Why it was refused. */
  error?: { code: ProblemCode; detail: string };
}

type Judged = { accountId: string } & (
  | { roleArn: string }
  | { error: { code: ProblemCode; detail: string } }
);

/**
 * Registers the kit's role in many accounts, each with an outcome of its own, in the order of the list. All that can be
 * registered is, in one transaction: after a crash there is nothing, or all of it with its audit events, and the same
 * list sent again tells the same. Nothing is asked of AWS yet.
 * @throws Problem `not_found`, `tenant_not_active`, `validation_failed` when there is no such profile
 */
export async function registerAccounts(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: {
    principal: Principal;
    actor: Actor;
    tenantId: string;
    accountIds: readonly string[];
    /** null: the one of the setup kit, of the profile where one is named. */
    roleName: string | null;
    name: string | null;
    profile: string | null;
  },
): Promise<AccountOutcome[]> {
  const { principal, actor, tenantId, profile } = input;
  assertTenantAccess(principal, tenantId);
  const role = await roleOfProfile(deps, profile);
  const { vendor, ownAccountIds } = deps.config;
  const judged = judge(input.accountIds, {
    vendor: { partition: vendor.partition, ownAccountIds },
    role: { ...role, name: input.roleName ?? role.name },
  });
  const roleArns = judged.flatMap((account) => ('roleArn' in account ? [account.roleArn] : []));
  return deps.database.transaction(async (database) => {
    await lockForRegistration(database, tenantId);
    await assertProfile(database, profile);
    const now = deps.clock.now();
    const made = await insertConnections(
      database,
      roleArns.map((roleArn) => ({
        id: newId('connection'),
        tenantId,
        name: input.name,
        roleArn,
        ...placeOf(roleArn),
        profile,
        now,
      })),
    );
    await recordEvents(database, deps.clock, ...made.map((connection) => registeredEvent(connection, actor)));
    const fresh = new Set(made.map(({ id }) => id));
    const known = await findConnectionsOfRoles(database, { tenantId, roleArns });
    const byArn = new Map(known.map((connection) => [connection.roleArn, connection]));
    return judged.map((account): AccountOutcome => {
      const { accountId } = account;
      if ('error' in account) return { accountId, outcome: 'refused', error: account.error };
      const connection = byArn.get(account.roleArn);
      if (!connection) throw new Error(`${account.roleArn} is neither new nor known`);
      return {
        accountId,
        outcome: fresh.has(connection.id) ? 'registered' : 'already_registered',
        connection,
      };
    });
  });
}

/** Which role each account means, or why it cannot be registered. What stands there twice counts once. */
function judge(accountIds: readonly string[], rules: RoleInputRules): Judged[] {
  const seen = new Set<string>();
  return accountIds.map((accountId) => {
    try {
      const roleArn = readAccount(accountId, rules);
      if (seen.has(roleArn))
        throw new Problem(
          'conflict',
          'This account stands in the list more than once; what became of it is told at its first place.',
        );
      seen.add(roleArn);
      return { accountId, roleArn };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { accountId, error: { code: error.code, detail: error.detail } };
    }
  });
}

/** An ARN is not taken for an account: it could name any role, and the list is of accounts. */
function readAccount(accountId: string, rules: RoleInputRules): string {
  if (/^[\d\s-]+$/.test(accountId)) return readRole(accountId, rules);
  throw new Problem('validation_failed', 'This is not the ID of an AWS account, which has 12 digits.');
}

function placeOf(roleArn: string): { accountId: string; partition: string } {
  const role = parseRoleArn(roleArn);
  if (!role) throw new Error(`${roleArn} was admitted, and is no role`);
  return { accountId: role.accountId, partition: role.partition };
}
