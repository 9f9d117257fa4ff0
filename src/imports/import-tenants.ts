import { createLink } from '../connect-links/create-link.ts';
import { LINK_LIFETIME_SECONDS } from '../connect-links/link.ts';
import { vendorAccountsOf } from '../connections/connection.ts';
import type { Deps } from '../deps.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { type AppliedRow, applyRow, requireId } from './apply-row.ts';
import type { KnownTenant } from './decide.ts';
import { type ImportRow, type RowError, toRowError, validateRow } from './import-row.ts';
import { type CustomerMessage, writeMessage } from './message.ts';
import { findTenantsByReference } from './store.ts';

export const OUTCOMES = ['created', 'role_added', 'unchanged', 'conflict', 'invalid'] as const;

export interface RowOutcome {
  /** 1 for the first one. */
  row: number;
  /** null if the row is invalid. */
  reference: string | null;
  outcome: (typeof OUTCOMES)[number];
  /** null if there is none, or a dry run would create it. */
  tenantId: string | null;
  connectionId: string | null;
  legacy: boolean | null;
  customerMessage?: CustomerMessage;
  error?: RowError;
}

type ImportDeps = Pick<Deps, 'database' | 'clock' | 'config' | 'baseUrl'>;

interface Input {
  principal: Principal;
  actor: Actor;
  rows: readonly unknown[];
  dryRun: boolean;
  /** Whether to write a message with a connect link for each role that the customer still has to change. */
  customerMessages: boolean;
}

/**
 * Imports customers with the roles that they already have. Each row that adds something is a transaction of its own, so
 * that a wrong one holds up no other. Rows are idempotent by reference and role: after a failure of the service, the
 * same rows can be sent again.
 */
export async function importTenants(deps: ImportDeps, input: Input): Promise<RowOutcome[]> {
  const vendor = vendorAccountsOf(deps.config);
  const rows = input.rows.map((row) => validateRow(row, vendor));
  const tenants = await findKnownTenants(deps, rows.filter(isValid));
  const outcomes: RowOutcome[] = [];
  for (const [index, row] of rows.entries()) {
    const base = { row: index + 1, ...NOTHING };
    if (!isValid(row)) {
      outcomes.push({ ...base, outcome: 'invalid', error: row });
      continue;
    }
    const applied = await applyRow(deps, { ...input, row, index, tenant: tenants.get(row.reference) });
    if (applied.tenant) tenants.set(row.reference, applied.tenant);
    outcomes.push({ ...base, ...toOutcome(row, applied), ...(await customerMessage(deps, input, applied)) });
  }
  return outcomes;
}

const NOTHING = { reference: null, tenantId: null, connectionId: null, legacy: null };

const isValid = (row: ImportRow | RowError): row is ImportRow => 'roleArn' in row;

async function findKnownTenants(
  { database }: ImportDeps,
  rows: readonly ImportRow[],
): Promise<Map<string, KnownTenant>> {
  const existing = await findTenantsByReference(database, {
    references: rows.map(({ reference }) => reference),
    roleArns: rows.map(({ roleArn }) => roleArn),
  });
  return new Map(existing.map((tenant) => [tenant.reference, tenant]));
}

function toOutcome({ reference }: ImportRow, applied: AppliedRow) {
  const { outcome, tenant } = applied;
  const common = { reference, outcome, tenantId: tenant?.id ?? null };
  if (applied.outcome === 'conflict') return { ...common, error: applied.error };
  const { id: connectionId, legacy } = applied.connection;
  return { ...common, connectionId, legacy };
}

async function customerMessage(
  deps: ImportDeps,
  { actor, dryRun, customerMessages }: Input,
  applied: AppliedRow,
): Promise<{ customerMessage?: CustomerMessage }> {
  if (!customerMessages || dryRun || applied.outcome === 'conflict' || !applied.connection.legacy) return {};
  const { tenant, connection } = applied;
  try {
    const link = await createLink(deps, {
      actor,
      tenantId: requireId(tenant),
      returnUrl: null,
      renewUrl: null,
      profile: null,
      expiresInSeconds: LINK_LIFETIME_SECONDS.max,
    });
    const { vendor } = deps.config;
    const { roleArn } = connection;
    const message = writeMessage({ vendorName: vendor.name, tenantName: tenant.name, roleArn, link });
    return { customerMessage: message };
  } catch (error) {
    // A suspended tenant gets no link. The row has been imported all the same.
    toRowError(error);
    return {};
  }
}
