import { createHmac } from 'node:crypto';
import pg from 'pg';

const SERVICE_ROLE = 'countersign_service';

/**
 * Gives the service's own role a login and answers with its connection URL. The password is derived from the owner's,
 * so that every process knows it, it is stored nowhere, and it changes when the owner's does. An owner without a
 * password (a trusted socket) gives a role without one.
 * @throws Error in plain words when the owner may not do this
 */
export async function prepareServiceRole(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  const password = url.password
    ? createHmac('sha256', decodeURIComponent(url.password)).update(SERVICE_ROLE).digest('hex')
    : '';
  url.username = SERVICE_ROLE;
  url.password = password;
  if (!(await canLogIn(url.href))) await grantLogin(ownerUrl, password);
  return url.href;
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // 28: the role may not log in, or with another password. Anything else is for the caller to see.
    if (String((error as { code?: unknown }).code).startsWith('28')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function grantLogin(ownerUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('countersign.service_role'))");
    const secret = password ? client.escapeLiteral(password) : 'NULL';
    await client.query(`ALTER ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${secret}`);
  } catch (error) {
    throw new Error(
      `The owner of the database could not give the role ${SERVICE_ROLE} a login. Grant it CREATEROLE, or create the ` +
        'login yourself and set COUNTERSIGN_SERVICE_DATABASE_URL.',
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

/** What the service's role must not be able to do; each line is a question that must be answered with false. */
const FORBIDDEN: Record<string, string> = {
  'is a superuser': `SELECT rolsuper AS yes FROM pg_roles WHERE rolname = current_user`,
  'can become another role': `SELECT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE r.rolname = current_user AND pg_get_userbyid(m.roleid) <> '${SERVICE_ROLE}') AS yes`,
  'owns tables': `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user) AS yes`,
  'can create tables or functions': `SELECT has_schema_privilege('public', 'CREATE')
    OR has_database_privilege(current_database(), 'CREATE') AS yes`,
  'can write external_ids.value': `SELECT has_column_privilege('external_ids', 'value', 'INSERT')
    OR has_column_privilege('external_ids', 'value', 'UPDATE') AS yes`,
  'can delete external IDs': `SELECT has_table_privilege('external_ids', 'DELETE, TRUNCATE') AS yes`,
  'can change audit events': `SELECT has_any_column_privilege('audit_events', 'INSERT, UPDATE')
    OR has_table_privilege('audit_events', 'DELETE, TRUNCATE')
    OR has_any_column_privilege('unsealed_audit_events', 'UPDATE')
    OR has_table_privilege('unsealed_audit_events', 'DELETE, TRUNCATE') AS yes`,
  'can write the heads of the audit chains': `SELECT has_any_column_privilege('audit_heads', 'INSERT, UPDATE')
    OR has_table_privilege('audit_heads', 'DELETE, TRUNCATE') AS yes`,
};

/** Refuses to serve with a database role that could set an external ID or alter an audit event: fail closed. */
export async function assertServiceRole(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const [what, question] of Object.entries(FORBIDDEN)) {
      const { rows } = await client.query<{ yes: boolean }>(question);
      if (rows[0]?.yes !== false) {
        throw new Error(
          `The database role of the service ${what}. Use the role ${SERVICE_ROLE}: leave ` +
            'COUNTERSIGN_SERVICE_DATABASE_URL unset, or let it name that role.',
        );
      }
    }
  } finally {
    await client.end();
  }
}
