import pg from 'pg';

/** What `countersign doctor` reads from the server. */
export interface ServerState {
  /** For people, such as "18.4". */
  version: string;
  versionNumber: number;
  /** A standby that replays the log of another server: it accepts no write. */
  isStandby: boolean;
  /** Whether transactions are read-only by default, for the server, the database or the user. */
  isReadOnly: boolean;
  /** Connections that ordinary users may open, and those that exist. */
  maxConnections: number;
  usedConnections: number;
  /** By how much the server's clock is ahead of ours, in milliseconds, to within half the duration of the query. */
  clockOffsetMs: number;
  owner: { name: string; canAlterRoles: boolean };
}

type Row = Omit<ServerState, 'clockOffsetMs' | 'owner'> & {
  now: Date;
  ownerName: string;
  canAlterRoles: boolean;
};

// The reserved connections are for superusers; "reserved_connections" exists from PostgreSQL 16 on.
const STATE = `
  SELECT current_setting('server_version') AS "version",
    current_setting('server_version_num')::int AS "versionNumber",
    pg_is_in_recovery() AS "isStandby",
    current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
    least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
    ) AS "maxConnections",
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
      AS "usedConnections",
    clock_timestamp() AS "now",
    current_user AS "ownerName",
    (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "canAlterRoles"`;

/** Reads the state of the server and changes nothing. Rejects within `timeoutMs` for each step. */
export async function readServerState(url: string, timeoutMs: number): Promise<ServerState> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'countersign doctor',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // A lost connection also rejects the current query. Without a listener, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const startedAt = Date.now();
    const { rows } = await client.query<Row>(STATE);
    const halfwayAt = (startedAt + Date.now()) / 2;
    const [row] = rows;
    if (!row) throw new Error('the server returned no state');
    const { now, ownerName, canAlterRoles, ...state } = row;
    return {
      ...state,
      clockOffsetMs: Math.round(now.getTime() - halfwayAt),
      owner: { name: ownerName, canAlterRoles },
    };
  } finally {
    // A server that does not respond must not delay the result.
    client.end().catch(() => undefined);
  }
}
