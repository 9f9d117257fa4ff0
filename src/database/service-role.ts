import { createHmac } from 'node:crypto';
import pg from 'pg';

const SERVICE_ROLE = 'countersign_service';

/**
 * Enables login for the service's database role and returns its connection URL.
 * @throws Error with instructions when the owner lacks the privilege
 */
export async function prepareServiceRole(ownerUrl: string): Promise<string> {
  const url = deriveServiceRoleUrl(ownerUrl);
  if (!(await canLogIn(url))) await enableLogin(ownerUrl, decodeURIComponent(new URL(url).password));
  return url;
}

/**
 * Returns the connection URL of the service's role. The password is derived from the owner's password. So every process
 * can compute it, it is stored nowhere, and it changes with the owner's. If the owner has no password (trust
 * authentication), the role has none either.
 */
export function deriveServiceRoleUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = SERVICE_ROLE;
  url.password = url.password
    ? createHmac('sha256', decodeURIComponent(url.password)).update(SERVICE_ROLE).digest('hex')
    : '';
  return url.href;
}

/** Reports whether the role of the URL can log in. Rejects when the server does not answer. */
export async function canLogIn(url: string): Promise<boolean> {
  const client = createClient(url);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Class 28: the role has no login or another password. Other errors are not about the role.
    if (String((error as { code?: unknown }).code).startsWith('28')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function enableLogin(ownerUrl: string, password: string): Promise<void> {
  const client = createClient(ownerUrl);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('countersign.service_role'))");
    const secret = password ? client.escapeLiteral(password) : 'NULL';
    await client.query(`ALTER ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${secret}`);
  } catch (error) {
    throw new Error(
      `The owner of the database could not enable login for the role ${SERVICE_ROLE}. Grant the owner CREATEROLE, or ` +
        'enable the login yourself and set COUNTERSIGN_SERVICE_DATABASE_URL.',
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

/** Privileges that the service's role must not have. Each query must return false. */
const FORBIDDEN_PRIVILEGES: Record<string, string> = {
  'is a superuser': `SELECT rolsuper AS result FROM pg_roles WHERE rolname = current_user`,
  'can become another role': `SELECT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE r.rolname = current_user AND pg_get_userbyid(m.roleid) <> '${SERVICE_ROLE}') AS result`,
  'owns tables': `SELECT EXISTS (SELECT FROM pg_tables
    WHERE schemaname = 'public' AND tableowner = current_user) AS result`,
  'can create tables or functions': `SELECT has_schema_privilege('public', 'CREATE')
    OR has_database_privilege(current_database(), 'CREATE') AS result`,
  'can write external_ids.value': `SELECT has_column_privilege('external_ids', 'value', 'INSERT')
    OR has_column_privilege('external_ids', 'value', 'UPDATE') AS result`,
  'can delete external IDs': `SELECT has_table_privilege('external_ids', 'DELETE, TRUNCATE') AS result`,
  'can change audit events': `SELECT has_any_column_privilege('audit_events', 'INSERT, UPDATE')
    OR has_table_privilege('audit_events', 'DELETE, TRUNCATE')
    OR has_any_column_privilege('unsealed_audit_events', 'UPDATE')
    OR has_table_privilege('unsealed_audit_events', 'DELETE, TRUNCATE') AS result`,
  'can write the heads of the audit chains': `SELECT has_any_column_privilege('audit_heads', 'INSERT, UPDATE')
    OR has_table_privilege('audit_heads', 'DELETE, TRUNCATE') AS result`,
};

/** Stops startup when the service's role could set an external ID or alter an audit event. */
export async function assertServiceRole(url: string): Promise<void> {
  const client = createClient(url);
  await client.connect();
  try {
    for (const [privilege, query] of Object.entries(FORBIDDEN_PRIVILEGES)) {
      const { rows } = await client.query<{ result: boolean }>(query);
      if (rows[0]?.result !== false) {
        throw new Error(
          `The database role of the service ${privilege}. Use the role ${SERVICE_ROLE}: leave ` +
            'COUNTERSIGN_SERVICE_DATABASE_URL unset, or set it to a URL with that role.',
        );
      }
    }
  } finally {
    await client.end();
  }
}

function createClient(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  // A lost connection also rejects the current query. Without a listener, the event would end the process.
  client.on('error', () => undefined);
  return client;
}
