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

/**
 * The triggers that protect something, with what the migrations made of them (`definitionHash`). A trigger whose function was
 * replaced protects nothing, although it is still there.
 */
const PROTECTING_TRIGGERS: Readonly<Record<string, string>> = {
  external_ids_issue: '493b1f7fd62acbade0484d40833a6aaa7130ba03b9853bcaca28ff722c3f471a',
  external_ids_protect: '6208f2d493d0c645df25fec43c0bb37ccf8cc0ee332e32b6f95fd4774a47f545',
  external_ids_keep: '1fd29f4398b0c1f3e0f1b088ef5876b80ce54ac1b007301f0638d22179fa31c6',
  external_ids_keep_current: '9bde6ae7bed593bed64ba42be672431e78532d7a76df5372572bba9478faf2f4',
  tenants_keep_current_external_id: '3e35b29a1bece64e6921eebb36d500cf9e5aeca993f31b6e9eaf5ca963aba797',
  connections_protect: 'a0848fde2e10c355e57656549d464570afd460210bf21b0649325614801f5bd2',
  audit_events_protect: '0ee1d32a248d8b506db40d88f1ba9d21986ed2780c2953b603cc0b527f3284a2',
  audit_events_keep: '8743210509ecbd6217afd23f0315934adbd67828f60854bd5e9532b7542d7b81',
  unsealed_audit_events_protect: '1fdd8dcd2ce92c0778ab2f173e10f1e55d2d317bd002d35b454ddddf23aaea83',
  unsealed_audit_events_keep: 'db243ef3cbbff7d1c5df3b2460b0a2685edc73e9d454a8db9e60dac997557cb7',
};

/** Up to two sentences if a trigger is missing, disabled, or not as this release created it. */
export function findTriggerProblem({ triggers }: Database, names: readonly string[]): string | false {
  const enabled = new Map(
    triggers
      .filter(({ isEnabled, name, table }) => isEnabled && name.startsWith(`${table}_`))
      .map(({ name, definitionHash }) => [name, definitionHash]),
  );
  const missing = names.filter((name) => !enabled.has(name));
  const changed = names.filter(
    (name) => enabled.has(name) && enabled.get(name) !== PROTECTING_TRIGGERS[name],
  );
  const problems = [
    ...(missing.length > 0 ? [`The database has no enabled trigger ${missing.join(', ')}.`] : []),
    ...(changed.length > 0 ? [`The trigger ${changed.join(', ')} is not as this release created it.`] : []),
  ];
  return problems.length > 0 && problems.join(' ');
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
