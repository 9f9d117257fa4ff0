import { parseArgs } from 'node:util';
import { createApiKey } from '../access/create-key.ts';
import { revokeKey } from '../access/revoke-key.ts';
import { listApiKeys } from '../access/store.ts';
import { openStores } from '../compose.ts';
import { readConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { Role } from '../identity/principal.ts';
import { systemClock } from '../lib/clock.ts';
import { idPattern } from '../lib/ids.ts';
import { createLogger } from '../observability/logger.ts';

const HELP = `countersign keys create --role <role> --name <name> [--tenant <tenantId>]... [--profile <name>]...
                       [--expires-in-days <n>]
countersign keys list
countersign keys revoke <keyId>

For operators with access to the database, also while the server runs.
Roles: admin, onboarding, worker, tenant, auditor. A worker with --tenant is held to those tenants,
with --profile to those access profiles.`;

const ROLES: readonly Role[] = ['admin', 'onboarding', 'worker', 'tenant', 'auditor'];
const OPERATOR = { type: 'system' as const, id: null, name: 'operator at the command line' };

/** What was typed is not usable; the message says what is. */
class UsageError extends Error {}

export async function keysCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      role: { type: 'string' },
      name: { type: 'string' },
      tenant: { type: 'string', multiple: true },
      profile: { type: 'string', multiple: true },
      'expires-in-days': { type: 'string' },
    },
  });
  const [verb, keyId] = positionals;
  if (values.help || verb === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const work = { create: () => create(values), list: () => list, revoke: () => revoke(keyId) }[verb];
  if (!work) {
    console.error(`There is no "keys ${verb}".\n\n${HELP}`);
    return 2;
  }
  const run = usable(work);
  if (!run) return 2;
  const stores = await openStores(readConfig('sandbox'), {
    exclusive: false,
    log: createLogger('warn', (line) => process.stderr.write(line)),
  });
  try {
    await run(stores.database);
    return 0;
  } finally {
    await stores.close();
  }
}

/** What was typed, understood; null after saying what is wrong with it. */
function usable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return null;
  }
}

interface CreateOptions {
  role?: string | undefined;
  name?: string | undefined;
  tenant?: string[] | undefined;
  profile?: string[] | undefined;
  'expires-in-days'?: string | undefined;
}

function create(options: CreateOptions): (database: Database) => Promise<void> {
  const role = ROLES.find((role) => role === options.role);
  if (!role) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  if (!options.name) throw new UsageError('--name is missing: say whose key this is.');
  const days = options['expires-in-days'] === undefined ? null : Number(options['expires-in-days']);
  if (days !== null && !(days > 0)) throw new UsageError('--expires-in-days must be a number above 0.');
  const tenants = options.tenant ?? [];
  const wrong = tenants.find((id) => !idPattern('tenant').test(id));
  if (wrong !== undefined) throw new UsageError(`--tenant ${wrong} is not a tenant's ID (tenant_…).`);
  if (role === 'tenant' && tenants.length !== 1)
    throw new UsageError('A key of role tenant needs one --tenant.');
  const name = options.name;
  return async (database) => {
    const { row, key } = await createApiKey(
      { database, clock: systemClock },
      {
        actor: OPERATOR,
        name,
        role,
        tenantId: role === 'tenant' ? (tenants[0] ?? null) : null,
        tenantIds: role !== 'tenant' && tenants.length > 0 ? tenants : null,
        profiles: options.profile ?? null,
        expiresAt: days === null ? null : new Date(systemClock.now().getTime() + days * 86_400_000),
      },
    );
    console.error(`Created ${row.id} (${row.role}, "${row.name}"). The key, shown this once:`);
    console.log(key);
  };
}

async function list(database: Database): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const rows = await listApiKeys(database, after, 100);
    for (const row of rows.slice(0, 100)) {
      const state = row.revokedAt
        ? 'revoked'
        : row.expiresAt && row.expiresAt <= systemClock.now()
          ? 'expired'
          : 'valid';
      console.log(`${row.id}  ${row.role.padEnd(10)}  ${state.padEnd(7)}  ${row.name}`);
    }
    const last = rows[99];
    if (rows.length <= 100 || !last) return;
    after = last.id;
  }
}

function revoke(keyId: string | undefined): (database: Database) => Promise<void> {
  if (!keyId || !idPattern('key').test(keyId))
    throw new UsageError('Say which key: countersign keys revoke key_….');
  return async (database) => {
    await revokeKey({ database, clock: systemClock }, { actor: OPERATOR, keyId });
    console.log(`Revoked ${keyId}.`);
  };
}
