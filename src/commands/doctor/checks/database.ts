import type { Config } from '../../../config/config.ts';
import { sqlState } from '../../../database/database-error.ts';
import { findRunningEmbedded } from '../../../database/embedded/embedded-database.ts';
import { assertSupportedVersion, listPendingMigrations } from '../../../database/migrations/migrate.ts';
import { findMissingPrivilege } from '../../../database/owner-privileges.ts';
import { MIGRATIONS } from '../../../database/prepare-database.ts';
import { readServerState, type ServerState } from '../../../database/server-state.ts';
import {
  assertServiceRole,
  canLogIn,
  deriveServiceRoleUrl,
  ENABLE_LOGIN_FIX,
} from '../../../database/service-role.ts';
import { assertSessionPooling, TransactionPoolingError } from '../../../database/session-pooling.ts';
import { findWriteProblem } from '../../../database/write-access.ts';
import { failed, ok, type Report, warning } from '../check-result.ts';
import { describeError } from '../secrets.ts';
import { clockResult } from './clock.ts';
import { explainConnectionFailure } from './connection-failure.ts';

const TIMEOUT_MS = 4000;

interface DatabaseCheck {
  config: Config;
  report: Report;
  redact: (text: string) => string;
}

/**
 * Checks the database from the server to the service's role, and changes nothing in it.
 * @returns the URL with which the service's role can read the migrated tables; null: it cannot
 */
export async function checkDatabase(check: DatabaseCheck): Promise<string | null> {
  const { config, report, redact } = check;
  const ownerUrl = config.databaseUrl ?? (await findEmbedded(check));
  if (ownerUrl === null) return null;
  let state: ServerState;
  try {
    state = await readServerState(ownerUrl, TIMEOUT_MS);
  } catch (error) {
    const text = describeError(error, redact);
    report(failed('database.reachable', ...explainConnectionFailure(error, text, hostOf(ownerUrl))));
    return null;
  }
  report(ok('database.reachable', `PostgreSQL at ${hostOf(ownerUrl)} answers user ${state.owner.name}`));
  reportState(state, check);
  await checkPooling(ownerUrl, check);
  const areMigrated = await checkMigrations(ownerUrl, check);
  return checkServiceRole({ ...check, ownerUrl, state, areMigrated });
}

async function findEmbedded({ config, report }: DatabaseCheck): Promise<string | null> {
  const url = await findRunningEmbedded(config.dataDir);
  const state = url === null ? 'It does not run now, so it was not checked' : 'It runs now';
  report(
    warning(
      'database.url',
      `DATABASE_URL is not set, so the embedded PostgreSQL in ${config.dataDir} is used. ${state}`,
      'In production, set DATABASE_URL to a PostgreSQL 14 or later that has backups.',
    ),
  );
  return url;
}

function reportState(state: ServerState, { config, report }: DatabaseCheck): void {
  report(versionResult(state));
  report(writableResult(state));
  report(connectionsResult(state, config.databasePoolSize));
  report(clockResult('clock.database', 'the database', state.clockOffsetMs));
}

/** The service's own URL may lead through a pooler, too. */
async function checkPooling(ownerUrl: string, { config, report, redact }: DatabaseCheck): Promise<void> {
  const check = 'database.sessions';
  try {
    await assertSessionPooling(ownerUrl);
    if (config.serviceDatabaseUrl !== null) await assertSessionPooling(config.serviceDatabaseUrl);
    report(ok(check, 'each client has a server connection of its own'));
  } catch (error) {
    if (error instanceof TransactionPoolingError) report(failed(check, error.problem, error.fix));
    // The check of the service's role reports why its URL cannot be used.
    else if (config.serviceDatabaseUrl === null)
      report(
        failed(
          check,
          describeError(error, redact),
          'Let the database and its pooler allow more connections.',
        ),
      );
  }
}

function versionResult({ version, versionNumber }: ServerState) {
  try {
    assertSupportedVersion(versionNumber, version);
    return ok('database.version', `PostgreSQL ${version}`);
  } catch (error) {
    return failed(
      'database.version',
      (error as Error).message,
      'Upgrade the server, or set DATABASE_URL to a newer one.',
    );
  }
}

function writableResult(state: ServerState) {
  const found = findWriteProblem(state);
  return found
    ? failed('database.writable', found.problem, found.fix)
    : ok('database.writable', 'the server is a primary and accepts writes');
}

function connectionsResult({ maxConnections, usedConnections }: ServerState, poolSize: number) {
  const free = maxConnections - usedConnections;
  const message = `${free} of ${maxConnections} connections are free`;
  if (free >= poolSize) return ok('database.connections', `${message}; each replica uses up to ${poolSize}`);
  return warning(
    'database.connections',
    `${message}, but each replica uses up to ${poolSize} (COUNTERSIGN_DATABASE_POOL_SIZE)`,
    'Unless a running Countersign holds them: raise max_connections of the server, or lower COUNTERSIGN_DATABASE_POOL_SIZE of all replicas.',
  );
}

/** @returns whether all tables exist, although newer migrations may be pending */
async function checkMigrations(ownerUrl: string, { report, redact }: DatabaseCheck): Promise<boolean> {
  let pending: string[];
  try {
    pending = await listPendingMigrations({ ownerUrl, directory: MIGRATIONS });
  } catch (error) {
    report(
      failed(
        'database.migrations',
        describeError(error, redact),
        'Run the version of Countersign that applied the migrations, or follow the sentence above.',
      ),
    );
    return true;
  }
  if (pending.length === 0) {
    report(ok('database.migrations', 'all are applied'));
    return true;
  }
  const message = `${pending.length} are pending, from ${pending[0]}`;
  const missing = await findMissingPrivilege(ownerUrl);
  report(
    missing === null
      ? warning(
          'database.migrations',
          message,
          'Run "countersign migrate", or let the next start apply them.',
        )
      : failed('database.migrations', `${message}; ${missing.problem}`, missing.fix),
  );
  return false;
}

interface ServiceRoleCheck extends DatabaseCheck {
  ownerUrl: string;
  state: ServerState;
  areMigrated: boolean;
}

const ROLE_CHECK = 'database.service_role';

async function checkServiceRole(check: ServiceRoleCheck): Promise<string | null> {
  const { config, ownerUrl, report, redact, areMigrated } = check;
  const url = config.serviceDatabaseUrl ?? deriveServiceRoleUrl(ownerUrl);
  try {
    if (!(await canLogIn(url))) {
      reportNoLogin(check);
      return null;
    }
    await assertServiceRole(url);
    report(ok(ROLE_CHECK, 'it can log in, and cannot set an external ID or change an audit event'));
    return areMigrated ? url : null;
  } catch (error) {
    // undefined_table: the first migration is pending, which has been reported.
    if (sqlState(error) === '42P01' && !areMigrated) return null;
    const text = describeError(error, redact);
    report(
      failed(
        ROLE_CHECK,
        text,
        'Leave COUNTERSIGN_SERVICE_DATABASE_URL unset, so that Countersign uses its own role, or correct that URL. Take additional privileges from the role countersign_service.',
      ),
    );
    return null;
  }
}

function reportNoLogin({ config, state, report }: ServiceRoleCheck): void {
  if (config.serviceDatabaseUrl !== null) {
    report(
      failed(
        ROLE_CHECK,
        'the server rejects user or password of COUNTERSIGN_SERVICE_DATABASE_URL',
        'Set it to a URL with the user countersign_service and its password, or unset it: then Countersign manages the login.',
      ),
    );
    return;
  }
  const message = 'the role countersign_service cannot log in with the password that belongs to DATABASE_URL';
  report(
    state.owner.canAlterRoles
      ? warning(
          ROLE_CHECK,
          `${message}: no version has started with this password yet`,
          'Nothing to do: the next start of Countersign enables the login.',
        )
      : failed(
          ROLE_CHECK,
          `${message}, and user ${state.owner.name} may not enable the login`,
          ENABLE_LOGIN_FIX,
        ),
  );
}

/** Host, port and name of a database, without user and password. */
function hostOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
