import pg from 'pg';
import { openEmbedded } from '../src/database/embedded/embedded-database.ts';

const EVENTS_PER_TENANT = 2;
const AUDIT_EVENTS_PER_TENANT = 5;
const BATCH = 50_000;

const number = (width: number): string => `lpad(n::text, ${width}, '0')`;
/** The ID of the n-th filled row: random IDs would not be known to the load. */
export const filledId = (type: string, n: number): string => `${type}_${String(n).padStart(26, '0')}`;
export const filledAccount = (n: number): string => String(200_000_000_000 + n);
export const filledRole = (n: number): string => `arn:aws:iam::${filledAccount(n)}:role/Filled`;

const ACCOUNT = '(200000000000 + n)';
const ROLE = `'arn:aws:iam::' || ${ACCOUNT} || ':role/Filled'`;

/** The tenants numbered $1::int to $2::int, with what a year leaves of them. Without triggers, which would take most of the time. */
const FILL = [
  `INSERT INTO tenants (id, name, reference, created_at, updated_at)
   SELECT 'tenant_' || ${number(26)}, 'Customer ' || n, 'crm-' || n, now() - interval '1 year', now() - interval '1 year'
   FROM generate_series($1::int, $2::int) n`,
  `INSERT INTO external_ids (tenant_id, state) SELECT 'tenant_' || ${number(26)}, 'current' FROM generate_series($1::int, $2::int) n`,
  `INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, status, verified_external_id_id, proven_external_id_id,
     last_verification, last_checked_at, next_verification_at, created_at, updated_at)
   SELECT 'connection_' || ${number(26)}, tenant_id, ${ROLE}, ${ACCOUNT}::text, 'aws',
     CASE WHEN n % 100 = 0 THEN 'unreachable' ELSE 'verified' END, e.id, e.id,
     '{"outcome":"verified","checkedAt":"2026-01-01T00:00:00.000Z","checks":[],"explanation":"","nextSteps":[]}',
     now() - random() * interval '1 day', now() + interval '30 days' + random() * interval '1 day', now(), now()
   FROM generate_series($1::int, $2::int) n JOIN external_ids e ON tenant_id = 'tenant_' || ${number(26)}`,
  `INSERT INTO audit_events (position, body, id, action, chain, sequence, previous_hash, hash)
   SELECT -position, format('{"action":"%s","actor":{"id":"key_00000000000000000000000001","name":"worker","type":"api_key"},"at":"%s","detail":{"accessKeyId":"ASIAEXAMPLE%s","awsRequestId":"7d9f4f0a-52b7-4f7b-8a1c-0e6d2b9c3a51","cached":true,"connectionId":"connection_%s","durationSeconds":3600,"expiresAt":"2026-01-01T00:00:00.000Z","profile":null,"purpose":null,"roleArn":"%s","sessionName":"worker-%s","workerKeyId":"key_00000000000000000000000001"},"id":"%s","outcome":"success","requestId":"%s","tenantId":"%s"}',
       action, to_char(now() - interval '1 day' + position * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), n, ${number(26)}, ${ROLE}, n, id, n, tenant),
     id, action, tenant, sequence, repeat('0', 64), repeat('0', 64)
   FROM generate_series($1::int, $2::int) n, generate_series(1, ${AUDIT_EVENTS_PER_TENANT}) sequence,
     LATERAL (SELECT n::bigint * ${AUDIT_EVENTS_PER_TENANT} + sequence AS position, 'tenant_' || ${number(26)} AS tenant,
       CASE sequence WHEN 1 THEN 'tenant.created' ELSE 'credentials.issued' END AS action) x,
     LATERAL (SELECT 'event_' || lpad(position::text, 26, '0') AS id) y`,
  `INSERT INTO audit_heads SELECT 'tenant_' || ${number(26)}, ${AUDIT_EVENTS_PER_TENANT}, repeat('0', 64) FROM generate_series($1::int, $2::int) n`,
  `INSERT INTO fleet_count_changes (counter, change) VALUES ('tenants.active', $2::int - $1::int + 1),
     ('connections.unreachable', $2::int / 100 - ($1::int - 1) / 100), ('connections.verified', $2::int - $1::int + 1 - $2::int / 100 + ($1::int - 1) / 100)`,
];

/** The feed continues after the events that exist. */
const FILL_EVENTS = `WITH feed AS (
    UPDATE event_feed SET last_position = last_position + ($2::int - $1::int + 1) * ${EVENTS_PER_TENANT} RETURNING last_position AS last)
  INSERT INTO events (id, position, type, at, tenant_id, connection_id, data)
  SELECT 'event_1' || lpad(position::text, 25, '0'), position, 'connection.verified', now(), 'tenant_' || ${number(26)},
    'connection_' || ${number(26)}, '{}'
  FROM feed, generate_series($1::int, $2::int) n, generate_series(1, ${EVENTS_PER_TENANT}) i,
    LATERAL (SELECT last - ($2::int - n) * ${EVENTS_PER_TENANT} - ${EVENTS_PER_TENANT} + i AS position) p`;

/** Fills the database of a service that runs with tenants, of which each has a verified connection. */
export async function fillDatabase(
  dataDir: string,
  tenants: number,
  print: (line: string) => void,
): Promise<void> {
  const embedded = await openEmbedded({ dataDir, exclusive: false, log: () => undefined });
  const client = new pg.Client(embedded.url);
  await client.connect();
  try {
    await client.query(
      "SET session_replication_role = replica; SET TIME ZONE 'UTC'; SET synchronous_commit = off",
    );
    for (let first = 1; first <= tenants; first += BATCH) {
      const range = [first, Math.min(first + BATCH - 1, tenants)];
      for (const statement of [...FILL, FILL_EVENTS]) await client.query(statement, range);
      if (tenants > BATCH) print(`  filled ${range[1]} of ${tenants} tenants`);
    }
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
    await embedded.close();
  }
}
