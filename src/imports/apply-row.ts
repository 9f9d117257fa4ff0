import { registerConnection } from '../connections/register.ts';
import type { Deps } from '../deps.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { createTenant } from '../tenants/create.ts';
import { type Decision, decideRow, type KnownConnection, type KnownTenant } from './decide.ts';
import { type ImportRow, type RowError, toRowError } from './import-row.ts';

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

/** Imports one row in a transaction of its own; in a dry run, returns what that would do. */
export async function applyRow(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: Input,
): Promise<AppliedRow> {
  const decision = decideRow(input.row, input.tenant);
  if (decision.outcome === 'unchanged' || decision.outcome === 'conflict') return decision;
  if (input.dryRun) return simulateAddition(input.row, decision);
  try {
    return await addRole(deps, input, decision);
  } catch (error) {
    // Another request has changed the tenant, or created it, since it was read.
    return { outcome: 'conflict', tenant: input.tenant, error: toRowError(error) };
  }
}

async function addRole(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
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
