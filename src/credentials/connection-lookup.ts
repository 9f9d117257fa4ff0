import type { ConnectionStatus } from '../connections/connection.ts';
import type { Database } from '../database/database.ts';
import { batched } from '../lib/batch.ts';
import type { TenantStatus } from '../tenants/tenant.ts';

/** What decides about a credential, as the database has it at this moment. */
export interface Target {
  tenantId: string;
  tenantStatus: TenantStatus;
  connectionId: string;
  connectionStatus: ConnectionStatus;
  roleArn: string;
  accountId: string;
  /** The tenant's own ID that this role was last proven with; null while it was never proven. */
  verifiedExternalId: { id: bigint; value: string } | null;
  /** The access profile that was asked for or, when none was, the connection's own; null: there is none such. */
  profile: TargetProfile | null;
}

/** What an access profile lets a session do. */
export interface TargetProfile {
  name: string;
  sessionPolicy: string | null;
  sessionPolicyArns: string[];
  maxDurationSeconds: number;
  sessionTags: boolean;
  sourceIdentity: boolean;
}

export interface Wanted {
  tenantId: string;
  connectionId: string;
  /** null: the connection's own. */
  profile: string | null;
}

/** Reads a target for each credential that is drawn; requests in flight together share one statement. */
export type ConnectionLookup = (wanted: Wanted) => Promise<Target | null>;

interface TargetRow {
  n: string;
  tenant_id: string;
  tenant_status: TenantStatus;
  connection_id: string;
  connection_status: ConnectionStatus;
  role_arn: string;
  account_id: string;
  external_id_id: string | null;
  external_id: string | null;
  profile: string | null;
  session_policy: string | null;
  session_policy_arns: string[];
  max_duration_seconds: number;
  session_tags: boolean;
  source_identity: boolean;
}

// A retired ID is not joined: whatever a row says, a tombstone is never sent to AWS.
const FIND_TARGETS = `SELECT wanted.n, t.id AS tenant_id, t.status AS tenant_status, c.id AS connection_id,
    c.status AS connection_status, c.role_arn, c.account_id, e.id AS external_id_id, e.value AS external_id,
    p.name AS profile, p.session_policy, p.session_policy_arns, p.max_duration_seconds, p.session_tags,
    p.source_identity
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS wanted (tenant_id, connection_id, profile, n)
  JOIN public.tenants t ON t.id = wanted.tenant_id
  JOIN public.connections c ON c.tenant_id = t.id AND c.id = wanted.connection_id
  LEFT JOIN public.external_ids e ON e.tenant_id = c.tenant_id AND e.id = c.verified_external_id_id AND e.state <> 'retired'
  LEFT JOIN public.access_profiles p ON p.name = coalesce(wanted.profile, c.profile)`;

export function connectionLookup(database: Database): ConnectionLookup {
  return batched(async (wanted: Wanted[]) => {
    const rows = await database.run<TargetRow>({
      name: 'find_credential_targets',
      text: FIND_TARGETS,
      values: [
        wanted.map((one) => one.tenantId),
        wanted.map((one) => one.connectionId),
        wanted.map((one) => one.profile),
      ],
    });
    const targets: (Target | null)[] = wanted.map(() => null);
    for (const row of rows) targets[Number(row.n) - 1] = toTarget(row);
    return targets;
  });
}

function toTarget(row: TargetRow): Target {
  return {
    tenantId: row.tenant_id,
    tenantStatus: row.tenant_status,
    connectionId: row.connection_id,
    connectionStatus: row.connection_status,
    roleArn: row.role_arn,
    accountId: row.account_id,
    verifiedExternalId:
      row.external_id_id !== null && row.external_id !== null
        ? { id: BigInt(row.external_id_id), value: row.external_id }
        : null,
    profile:
      row.profile === null
        ? null
        : {
            name: row.profile,
            sessionPolicy: row.session_policy,
            sessionPolicyArns: row.session_policy_arns,
            maxDurationSeconds: row.max_duration_seconds,
            sessionTags: row.session_tags,
            sourceIdentity: row.source_identity,
          },
  };
}
