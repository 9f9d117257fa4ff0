import type { ConnectionStatus } from '../connections/connection.ts';
import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import { FORBIDDEN_PRIVILEGES } from '../database/service-role.ts';
import type { Role } from '../identity/principal.ts';

/** The tables whose grants and triggers a report shows, with the partitions of each. */
const PROTECTED_TABLES = [
  'external_ids',
  'tenants',
  'connections',
  'api_keys',
  'audit_events',
  'unsealed_audit_events',
  'audit_heads',
  'audit_month',
  'audit_archives',
  'audit_archived_heads',
];

/** Each protected table and its partitions, whose rights and triggers could differ from those of the table. */
const PROTECTED = Prisma.sql`(
  SELECT c.oid, c.relname::text AS name, c.relacl, c.relowner FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (${PROTECTED_TABLES}::text[])
  UNION ALL
  SELECT p.oid, c.relname::text, p.relacl, p.relowner FROM pg_class c
  JOIN pg_inherits i ON i.inhparent = c.oid JOIN pg_class p ON p.oid = i.inhrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (${PROTECTED_TABLES}::text[]) AND p.relkind = 'r')`;

/** A right to change a table that another role than its owner has; `column` is null for the whole table. */
export interface Grant {
  table: string;
  column: string | null;
  privilege: string;
  grantee: string;
}

/** Reads who may change the tables now. Members of the role pg_write_all_data have rights that no table names. */
export function findGrants(database: Database): Promise<Grant[]> {
  return database.prisma.$queryRaw`
    SELECT c.name AS "table", NULL AS "column", unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS privilege, r.rolname::text AS grantee
    FROM ${PROTECTED} c JOIN pg_roles r ON r.oid <> c.relowner AND NOT r.rolsuper AND r.rolname <> 'pg_write_all_data'
    WHERE pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER')
    UNION
    SELECT c.name AS "table", granted."column", acl.privilege_type AS privilege,
      CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee)::text END AS grantee
    FROM ${PROTECTED} c
    CROSS JOIN LATERAL (
      SELECT NULL::text AS "column", c.relacl AS acl
      UNION ALL SELECT a.attname::text, a.attacl FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
    ) granted
    CROSS JOIN LATERAL aclexplode(granted.acl) acl
    WHERE acl.grantee <> c.relowner AND acl.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    ORDER BY 1, 4, 3, 2`;
}

/** A trigger of a table; enabled if it is on every partition. */
export interface Trigger {
  table: string;
  name: string;
  isEnabled: boolean;
  /** SHA-256 of when it runs and of its function, in hex; of several partitions, of all that differ. */
  definitionHash: string;
}

export function findTriggers(database: Database): Promise<Trigger[]> {
  return database.prisma.$queryRaw`
    SELECT c.name AS "table", t.tgname::text AS name, bool_and(t.tgenabled = 'A'
        OR t.tgenabled = 'O' AND current_setting('session_replication_role') <> 'replica') AS "isEnabled",
      encode(sha256(convert_to(string_agg(DISTINCT concat_ws(';', t.tgtype, t.tgqual IS NULL, p.proconfig, p.prosrc), ''),
        'UTF8')), 'hex') AS "definitionHash"
    FROM ${PROTECTED} c JOIN pg_trigger t ON t.tgrelid = c.oid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal GROUP BY 1, 2 ORDER BY 1, 2`;
}

export interface DatabaseProperties {
  version: string;
  serviceRole: string;
  owner: string;
  superusers: number;
  /** The expression by which the database generates an external ID. */
  externalIdDefault: string | null;
  /** Whether a unique index covers all external IDs, retired ones too. */
  hasUniqueExternalIds: boolean;
  /** Columns of any table whose name suggests that they hold AWS credentials or passwords. */
  credentialColumns: string[];
}

export async function readDatabaseProperties(database: Database): Promise<DatabaseProperties> {
  const [row] = await database.prisma.$queryRaw<[DatabaseProperties]>`
    SELECT current_setting('server_version') AS version, current_user::text AS "serviceRole",
      (SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = 'public.external_ids'::regclass) AS owner,
      (SELECT count(*)::int FROM pg_roles WHERE rolsuper) AS superusers,
      (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
        JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = 'public.external_ids'::regclass AND a.attname = 'value') AS "externalIdDefault",
      EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = 'public.external_ids'::regclass AND a.attname = 'value' AND i.indisunique AND i.indisvalid
          AND i.indnkeyatts = 1 AND i.indpred IS NULL) AS "hasUniqueExternalIds",
      ARRAY(SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type IN ('text', 'character varying', 'bytea', 'json', 'jsonb')
        AND column_name ~ '(access_?key|secret_?key|session_?token|password|credential)' ORDER BY 1) AS "credentialColumns"`;
  return row;
}

/** What the service's role may do and must not, in words; as a rule nothing. */
export async function findForbiddenPrivileges(database: Database): Promise<string[]> {
  const found: string[] = [];
  for (const [privilege, query] of Object.entries(FORBIDDEN_PRIVILEGES)) {
    const rows = await database.prisma.$queryRawUnsafe<{ result: boolean }[]>(query);
    if (rows[0]?.result !== false) found.push(privilege);
  }
  return found;
}

export interface ExternalIdCounts {
  current: number;
  successor: number;
  retired: number;
  oldestIssuedAt: Date | null;
  /** Tenants that are not offboarded, each of which has a current ID. */
  tenantsToServe: number;
}

/** Counts in one snapshot, so that a tenant that is created meanwhile is in both numbers. */
export async function countExternalIds(database: Database): Promise<ExternalIdCounts> {
  const [row] = await database.prisma.$queryRaw<[ExternalIdCounts]>`
    SELECT count(*) FILTER (WHERE state = 'current')::int AS current,
      count(*) FILTER (WHERE state = 'successor')::int AS successor,
      count(*) FILTER (WHERE state = 'retired')::int AS retired, min(issued_at) AS "oldestIssuedAt",
      (SELECT count(*)::int FROM public.tenants WHERE status IN ('active', 'suspended')) AS "tenantsToServe"
    FROM public.external_ids`;
  return row;
}

export interface VerificationAges {
  status: ConnectionStatus;
  total: number;
  withinDay: number;
  withinWeek: number;
  older: number;
  never: number;
  oldestAt: Date | null;
}

/** Counts the connections of each status by the age of their last verification. */
export function countVerificationAges(database: Database, now: Date): Promise<VerificationAges[]> {
  return database.prisma.$queryRaw`
    SELECT status, count(*)::int AS total,
      count(*) FILTER (WHERE age < interval '1 day')::int AS "withinDay",
      count(*) FILTER (WHERE age >= interval '1 day' AND age < interval '7 days')::int AS "withinWeek",
      count(*) FILTER (WHERE age >= interval '7 days')::int AS older,
      count(*) FILTER (WHERE age IS NULL)::int AS never, min(last_checked_at) AS "oldestAt"
    FROM (SELECT status, last_checked_at, ${now}::timestamptz - last_checked_at AS age FROM public.connections) c
    GROUP BY status ORDER BY status`;
}

/** When the verification was due that has waited longest, among the tenants whose roles are verified; null: none waits. */
export async function findOldestDueVerification(
  database: Database,
  input: { dueBefore: Date; partitions: string[] },
): Promise<Date | null> {
  const rows = await database.prisma.$queryRaw<{ at: Date }[]>`
    SELECT c.next_verification_at AS at FROM public.connections c JOIN public.tenants t ON t.id = c.tenant_id
    WHERE c.status <> 'disabled' AND c.next_verification_at < ${input.dueBefore} AND t.status = 'active'
      AND c.partition = ANY (${input.partitions}::text[])
    ORDER BY c.next_verification_at LIMIT 1`;
  return rows[0]?.at ?? null;
}

export interface ServedConnection {
  id: string;
  status: string;
}

/**
 * Finds connections that got credentials although they are in a status that must not be served, among the newest 250 of
 * each. A request that began before the change may end within `graceSeconds` after it.
 */
export function findServedConnections(
  database: Database,
  input: { statuses: readonly string[]; graceSeconds: number },
): Promise<ServedConnection[]> {
  return database.prisma.$queryRaw`
    SELECT c.id, c.status FROM unnest(${[...input.statuses]}::text[]) AS wanted (status)
    CROSS JOIN LATERAL (
      SELECT id, status, status_since FROM public.connections
      WHERE status = wanted.status ORDER BY id COLLATE "C" DESC LIMIT 250) c
    WHERE EXISTS (
      SELECT FROM public.audit_events e WHERE coalesce(e.connection_id, e.body::jsonb #>> '{detail,connectionId}', '') = c.id
        AND (coalesce(e.at, e.body::jsonb ->> 'at', '') COLLATE "C") > to_char(
          (c.status_since + ${input.graceSeconds} * interval '1 second') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        AND e.action = 'credentials.issued') LIMIT 20`;
}

/** Connections to roles in the vendor's own accounts that are not disabled. */
export async function countOwnAccountConnections(database: Database, accountIds: string[]): Promise<number> {
  const [row] = await database.prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM public.connections
    WHERE account_id = ANY (${accountIds}::text[]) AND status <> 'disabled'`;
  return row.count;
}

/** Verified connections that were verified with one of the 1000 IDs that were issued last among the retired ones. */
export async function countVerifiedWithRetiredId(database: Database): Promise<number> {
  const [row] = await database.prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM public.connections c
    JOIN (SELECT id, tenant_id FROM public.external_ids WHERE state = 'retired' ORDER BY id DESC LIMIT 1000) e
      ON e.tenant_id = c.tenant_id AND e.id = c.verified_external_id_id
    WHERE c.status = 'verified'`;
  return row.count;
}

/** Connections that became unreachable between these times, in one partition. */
export async function countDegraded(
  database: Database,
  { partition, since }: { partition: string; since: Date },
): Promise<number> {
  const [row] = await database.prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM public.connections
    WHERE status = 'unreachable' AND partition = ${partition} AND status_since > ${since}`;
  return row.count;
}

export interface KeyCounts {
  role: Role;
  valid: number;
  ended: number;
  /** Valid keys of workers that are limited to no tenant. */
  anyTenant: number;
}

export function countApiKeys(database: Database, now: Date): Promise<KeyCounts[]> {
  return database.prisma.$queryRaw`
    SELECT role, count(*) FILTER (WHERE is_valid)::int AS valid, count(*) FILTER (WHERE NOT is_valid)::int AS ended,
      count(*) FILTER (WHERE is_valid AND any_tenant)::int AS "anyTenant"
    FROM (SELECT role, any_tenant, revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now}) AS is_valid
      FROM public.api_keys) k GROUP BY role ORDER BY role`;
}

export interface LastEvent {
  count: number;
  lastAt: string | null;
}

export async function countAuditEvents(database: Database, action: string): Promise<LastEvent> {
  const [row] = await database.prisma.$queryRaw<[LastEvent]>`
    SELECT count(*)::int AS count, max(coalesce(at, body::jsonb ->> 'at', '') COLLATE "C") AS "lastAt"
    FROM public.audit_events WHERE action = ${action}`;
  return row;
}

export interface ChainTotals {
  chains: number;
  /** The planner's estimate: counting a large log takes too long. */
  estimatedEvents: number;
}

export async function readChainTotals(database: Database): Promise<ChainTotals> {
  const [row] = await database.prisma.$queryRaw<[ChainTotals]>`
    SELECT (SELECT count(*)::int FROM public.audit_heads) AS chains,
      (SELECT coalesce(sum(greatest(p.reltuples, 0)), 0)::float8 FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
        WHERE i.inhparent = 'public.audit_events'::regclass) AS "estimatedEvents"`;
  return row;
}

/** The heads of the vendor's chain and of the newest tenants, in this order. */
export async function listNewestHeads(
  database: Database,
  limit: number,
): Promise<{ chain: string; sequence: number; hash: string }[]> {
  const rows = await database.prisma.$queryRaw<{ chain: string; sequence: bigint; hash: string }[]>`
    SELECT chain, sequence, hash FROM public.audit_heads ORDER BY chain DESC LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

/** The last archived events of these chains, at which they continue in the database. */
export async function findArchivedHeads(
  database: Database,
  chains: string[],
): Promise<{ chain: string; sequence: number; hash: string }[]> {
  const rows = await database.prisma.auditArchivedHead.findMany({ where: { chain: { in: chains } } });
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

export interface FeedState {
  unpublished: number;
  oldestUnpublishedAt: Date | null;
  enabledWebhooks: number;
  disabledWebhooks: number;
}

export async function readFeedState(database: Database): Promise<FeedState> {
  const [row] = await database.prisma.$queryRaw<[FeedState]>`
    SELECT (SELECT count(*)::int FROM public.events WHERE position IS NULL) AS unpublished,
      (SELECT min(at) FROM public.events WHERE position IS NULL) AS "oldestUnpublishedAt",
      (SELECT count(*)::int FROM public.webhooks WHERE status = 'enabled') AS "enabledWebhooks",
      (SELECT count(*)::int FROM public.webhooks WHERE status = 'disabled') AS "disabledWebhooks"`;
  return row;
}
