import { registerConnection } from '../connections/register.ts';
import type { Deps } from '../deps.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { createTenant } from '../tenants/create.ts';
import { type Decision, decideRow, type KnownConnection, type KnownTenant } from './decide.ts';
import { type ImportRow, type RowError, toRowError } from './import-row.ts';
import { findTenantsByReference } from './store.ts';

/** The first verifications are spread, so that those of other connections do not wait for all roles of an import. */
const SECONDS_PER_ROLE = 10;

export type AppliedRow =
  | { outcome: 'created' | 'role_added' | 'unchanged'; tenant: KnownTenant; connection: KnownConnection }
  | { outcome: 'conflict'; tenant: KnownTenant | undefined; error: RowError };

type Addition = Exclude<Decision, { outcome: 'unchanged' | 'conflict' }>;

interface Input {
  principal: Principal;
  actor: Actor;
  dryRun: boolean;
  row: ImportRow;
  /** The number of rows before this one. */
  index: number;
  /** The tenant that has the reference of the row. */
  tenant: KnownTenant | undefined;
}

type ApplyDeps = Pick<Deps, 'database' | 'clock' | 'config'>;

/**
 * Imports one row in a transaction of its own; in a dry run, returns what that would do. Another request may have changed
 * or created the tenant since it was read, such as the same import sent again. Then the row is decided once more.
 */
export async function applyRow(deps: ApplyDeps, input: Input): Promise<AppliedRow> {
  try {
    return await decideAndAdd(deps, input);
  } catch (error) {
    toRowError(error);
  }
  const { reference, roleArn } = input.row;
  const query = { references: [reference], roleArns: [roleArn] };
  const [tenant] = await findTenantsByReference(deps.database, query);
  try {
    return await decideAndAdd(deps, { ...input, tenant });
  } catch (error) {
    return { outcome: 'conflict', tenant, error: toRowError(error) };
  }
}

async function decideAndAdd(deps: ApplyDeps, input: Input): Promise<AppliedRow> {
  const decision = decideRow(input.row, input.tenant);
  if (decision.outcome === 'unchanged' || decision.outcome === 'conflict') return decision;
  return input.dryRun ? simulateAddition(input.row, decision) : addRole(deps, input, decision);
}

async function addRole(
  deps: ApplyDeps,
  { principal, actor, row, index }: Input,
  decision: Addition,
): Promise<AppliedRow> {
  const { reference, name, roleArn } = row;
  return deps.database.transaction(async (database) => {
    const inside = { ...deps, database };
    const tenant =
      decision.outcome === 'role_added'
        ? decision.tenant
        : {
            ...(await createTenant(inside, { actor, name, reference, metadata: {} })),
            reference,
            connections: [],
          };
    const { id, legacy } = await registerConnection(inside, {
      principal,
      actor,
      tenantId: requireId(tenant),
      roleArn,
      name: null,
      profile: null,
      imported: { delaySeconds: (index * SECONDS_PER_ROLE) % deps.config.recheckSeconds },
    });
    return withConnection(decision.outcome, tenant, { id, roleArn, legacy });
  });
}

export function requireId({ id }: KnownTenant): string {
  if (id === null) throw new Error('a tenant that a dry run would create has no ID');
  return id;
}

function simulateAddition({ reference, name, roleArn }: ImportRow, decision: Addition): AppliedRow {
  const tenant: KnownTenant =
    decision.outcome === 'role_added'
      ? decision.tenant
      : { id: null, reference, name, status: 'active', connections: [] };
  return withConnection(decision.outcome, tenant, { id: null, roleArn, legacy: true });
}

const withConnection = (
  outcome: Addition['outcome'],
  tenant: KnownTenant,
  connection: KnownConnection,
): AppliedRow => ({
  outcome,
  tenant: { ...tenant, connections: [...tenant.connections, connection] },
  connection,
});
