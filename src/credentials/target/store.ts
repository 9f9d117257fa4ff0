import { toStoredKey } from '../../access/key-lookup.ts';
import { KEY_COLUMNS, type KeyRow } from '../../access/store.ts';
import type { ConnectionStatus } from '../../connections/connection.ts';
import type { Database } from '../../database/database.ts';
import type { TenantStatus } from '../../tenants/tenant.ts';
import type {
  CredentialTarget,
  CredentialTargetRequest,
  KeyAndTarget,
  KeyAndTargetRequest,
} from './credential-target.ts';

interface TargetRow {
  position: string;
  tenant_id: string;
  tenant_status: TenantStatus;
  tenant_reference: string | null;
  connection_id: string;
  connection_status: ConnectionStatus;
  role_arn: string;
  account_id: string;
  partition: string;
  external_id_id: string | null;
  external_id: string | null;
  profile: string | null;
  session_policy: string | null;
  session_policy_arns: string[];
  max_duration_seconds: number;
  session_tags: boolean;
  source_identity: boolean;
}

const TARGET_COLUMNS = `t.id AS tenant_id, t.status AS tenant_status, t.reference AS tenant_reference, c.id AS connection_id,
    c.status AS connection_status, c.role_arn, c.account_id, c.partition, e.id AS external_id_id, e.value AS external_id,
    p.name AS profile, p.session_policy, p.session_policy_arns, p.max_duration_seconds, p.session_tags, p.source_identity`;

// It leaves out retired external IDs: whatever a connection's row says, a tombstone is never sent to AWS.
const JOIN_EXTERNAL_ID = `LEFT JOIN public.external_ids e
    ON e.tenant_id = c.tenant_id AND e.id = c.verified_external_id_id AND e.state <> 'retired'`;

const FIND_TARGETS = `SELECT requested.position, ${TARGET_COLUMNS}
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY
    AS requested (tenant_id, connection_id, profile, position)
  JOIN public.tenants t ON t.id = requested.tenant_id
  JOIN public.connections c ON c.tenant_id = t.id AND c.id = requested.connection_id
  ${JOIN_EXTERNAL_ID}
  LEFT JOIN public.access_profiles p ON p.name = coalesce(requested.profile, c.profile)`;

// The profile that applies is the one of \`requestedProfileName\` for a request that names none.
const FIND_KEYS_AND_TARGETS = `SELECT requested.position, ${KEY_COLUMNS}, ${TARGET_COLUMNS}
  FROM unnest($1::bytea[], $2::text[], $3::text[]) WITH ORDINALITY
    AS requested (hash, tenant_id, connection_id, position)
  JOIN public.api_keys k ON k.hash = requested.hash
  LEFT JOIN public.tenants t ON t.id = requested.tenant_id
  LEFT JOIN public.connections c ON c.tenant_id = t.id AND c.id = requested.connection_id
  ${JOIN_EXTERNAL_ID}
  LEFT JOIN public.access_profiles p ON p.name =
    CASE WHEN NOT k.any_profile AND cardinality(k.profiles) = 1 THEN k.profiles[1] ELSE c.profile END`;

/** Returns the target of each request, in the order of the requests; null where the tenant has no such connection. */
export async function findCredentialTargets(
  database: Database,
  requests: readonly CredentialTargetRequest[],
): Promise<(CredentialTarget | null)[]> {
  const rows = await database.query<TargetRow>({
    name: 'find_credential_targets',
    text: FIND_TARGETS,
    values: [
      requests.map(({ tenantId }) => tenantId),
      requests.map(({ connectionId }) => connectionId),
      requests.map(({ profile }) => profile),
    ],
  });
  const targets: (CredentialTarget | null)[] = requests.map(() => null);
  for (const row of rows) targets[Number(row.position) - 1] = toTarget(row);
  return targets;
}

/** Returns key and target of each request, in the order of the requests. */
export async function findKeysAndTargets(
  database: Database,
  requests: readonly KeyAndTargetRequest[],
): Promise<KeyAndTarget[]> {
  const rows = await database.query<TargetRow & KeyRow>({
    name: 'find_keys_and_credential_targets',
    text: FIND_KEYS_AND_TARGETS,
    values: [
      requests.map(({ hash }) => hash),
      requests.map(({ tenantId }) => tenantId),
      requests.map(({ connectionId }) => connectionId),
    ],
  });
  const found: KeyAndTarget[] = requests.map(() => ({ key: null, target: null }));
  for (const row of rows)
    found[Number(row.position) - 1] = {
      key: toStoredKey(row),
      target: row.connection_id === null ? null : toTarget(row),
    };
  return found;
}

function toTarget(row: TargetRow): CredentialTarget {
  return {
    tenantId: row.tenant_id,
    tenantStatus: row.tenant_status,
    tenantReference: row.tenant_reference,
    connectionId: row.connection_id,
    connectionStatus: row.connection_status,
    roleArn: row.role_arn,
    accountId: row.account_id,
    partition: row.partition,
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
