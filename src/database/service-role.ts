import { createHmac } from 'node:crypto';
import { sqlState } from './database-error.ts';
import { assertSessionPooling } from './session-pooling.ts';
import { setTimeLimits } from './time-limits.ts';
import { inTransaction, withClient } from './with-client.ts';

const SERVICE_ROLE = 'countersign_service';
export const ENABLE_LOGIN_FIX =
  'Enable the login yourself and set COUNTERSIGN_SERVICE_DATABASE_URL. Or give the user CREATEROLE and, from PostgreSQL 16 ' +
  `on, the role itself (GRANT ${SERVICE_ROLE} TO … WITH ADMIN OPTION). See docs/operations.md.`;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Prepares the service's database role and returns its connection URL: it can log in, and its time limits are in effect.
 * @param configuredUrl a URL whose login the operator manages
 * @throws Error with instructions when the owner lacks the privilege, or when the URL leads to an unsuitable pooler
 */
export async function prepareServiceRole(
  ownerUrl: string,
  configuredUrl: string | null = null,
): Promise<string> {
  const url = configuredUrl ?? deriveServiceRoleUrl(ownerUrl);
  if (configuredUrl === null) await ensureLogin(ownerUrl, url);
  else if (!(await canLogIn(configuredUrl))) {
    throw new Error(
      `PostgreSQL or its pooler rejects the user of COUNTERSIGN_SERVICE_DATABASE_URL or its password. Set it to a URL with ` +
        `the user ${SERVICE_ROLE} and its password, or unset it: then Countersign manages the login.`,
    );
  }
  await assertSessionPooling(url);
  await setTimeLimits(url);
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

async function ensureLogin(ownerUrl: string, url: string): Promise<void> {
  if ((await isLoginEnabled(ownerUrl)) && (await canLogIn(url))) return;
  await enableLogin(ownerUrl, decodeURIComponent(new URL(url).password));
}

/** Asks before a login is tried: after one that fails, PgBouncer rejects the next for 15 seconds (server_login_retry). */
async function isLoginEnabled(ownerUrl: string): Promise<boolean> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ isEnabled: boolean }>(
      `SELECT rolcanlogin AS "isEnabled" FROM pg_roles WHERE rolname = '${SERVICE_ROLE}'`,
    );
    return rows[0]?.isEnabled === true;
  });
}

/** Reports whether the role of the URL can log in. Rejects when the server does not answer. */
export async function canLogIn(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => undefined);
    return true;
  } catch (error) {
    if (isLoginRejected(error)) return false;
    throw error;
  }
}

/** Class 28: the role has no login or another password. PgBouncer reports that as 08P01, as it does everything else. */
function isLoginRejected(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '08P01') return /authentication failed|no such user/.test((error as Error).message);
  return state?.startsWith('28') === true;
}

async function enableLogin(ownerUrl: string, password: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    try {
      await inTransaction(client, async () => {
        await client.query("SELECT pg_advisory_xact_lock(hashtext('countersign.service_role'))");
        const secret = password ? client.escapeLiteral(password) : 'NULL';
        await client.query(`ALTER ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${secret}`);
      });
    } catch (error) {
      if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      const user = decodeURIComponent(new URL(ownerUrl).username);
      throw new Error(
        `The database user ${user} may not enable login for the role ${SERVICE_ROLE}. ${ENABLE_LOGIN_FIX}`,
        { cause: error },
      );
    }
  });
}

/** Privileges that the service's role must not have. Each query must return false. */
export const FORBIDDEN_PRIVILEGES: Readonly<Record<string, string>> = {
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
  'runs without triggers: session_replication_role is set for it or for the database': `SELECT current_setting('session_replication_role') = 'replica' AS result`,
  'can write what was archived of the audit log': `SELECT bool_or(has_any_column_privilege(name, 'INSERT, UPDATE')
    OR has_table_privilege(name, 'DELETE, TRUNCATE')) AS result
    FROM unnest(ARRAY['audit_month', 'audit_archives', 'audit_archived_heads']) AS name`,
};

/** Stops startup when the service's role could set an external ID or alter an audit event. */
export async function assertServiceRole(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const [privilege, query] of Object.entries(FORBIDDEN_PRIVILEGES)) {
      const { rows } = await client.query<{ result: boolean }>(query);
      if (rows[0]?.result !== false) {
        throw new Error(
          `The database role of the service ${privilege}. Use the role ${SERVICE_ROLE}: leave ` +
            'COUNTERSIGN_SERVICE_DATABASE_URL unset, or set it to a URL with that role.',
        );
      }
    }
  });
}
