import type { Facts } from '../facts.ts';
import { fact, list, type NamedFact } from './rule.ts';

/** What the service's role may change in the protected tables, beside reading. No other role may change anything. */
const SERVICE_ROLE = 'countersign_service';
const EXPECTED_GRANTS: Readonly<Record<string, readonly string[]>> = {
  external_ids: ['INSERT tenant_id', 'INSERT state', 'UPDATE state'],
  audit_events: [],
  unsealed_audit_events: ['INSERT body'],
  audit_heads: [],
  audit_month: [],
  audit_archives: [],
  audit_archived_heads: [],
};

/** The tables of the audit log, whose events and hashes nobody may change. */
export const AUDIT_TABLES = Object.keys(EXPECTED_GRANTS).filter((table) => table !== 'external_ids');

type Database = Facts['database'];

/** One sentence if somebody besides the owner may change the table in another way than the service needs. */
export function findUnexpectedGrants({ grants }: Database, table: string): string | false {
  const unexpected = grants.filter(
    (grant) =>
      grant.table === table &&
      !(grant.grantee === SERVICE_ROLE && EXPECTED_GRANTS[table]?.includes(formatRight(grant))),
  );
  if (unexpected.length === 0) return false;
  return `The database allows ${unexpected.map((grant) => `${grant.grantee} to ${formatRight(grant)}`).join(', ')} on ${table}.`;
}

/** One sentence if a trigger is missing or disabled. */
export function findMissingTrigger({ triggers }: Database, names: readonly string[]): string | false {
  const missing = names.filter((name) => !triggers.some((one) => one.name === name && one.isEnabled));
  return missing.length > 0 && `The database has no enabled trigger ${missing.join(', ')}.`;
}

export function describeGrants({ grants }: Database, table: string): NamedFact {
  const rights = grants
    .filter((grant) => grant.table === table)
    .map((grant) => `${grant.grantee}: ${formatRight(grant)}`);
  return fact(`rights to change ${table}, besides its owner`, list(rights));
}

export function describeTriggers({ triggers }: Database, table: string): NamedFact {
  const states = triggers
    .filter((one) => one.table === table)
    .map(({ name, isEnabled }) => `${name} (${isEnabled ? 'enabled' : 'disabled'})`);
  return fact(`triggers of ${table}`, list(states));
}

const formatRight = ({ privilege, column }: { privilege: string; column: string | null }): string =>
  column === null ? privilege : `${privilege} ${column}`;
