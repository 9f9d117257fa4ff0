import { parseArgs } from 'node:util';
import { createApiKey } from '../access/create-key.ts';
import { revokeKey } from '../access/revoke-key.ts';
import { listApiKeys } from '../access/store.ts';
import { readConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { openServiceDatabase } from '../database/service-database.ts';
import type { Role } from '../identity/principal.ts';
import type { Clock } from '../lib/clock.ts';
import { idPattern } from '../lib/ids.ts';
import { createLogger } from '../observability/logger.ts';
import { UsageError } from './usage-error.ts';

const HELP = `countersign keys create --role <role> --name <name> [--tenant <tenantId>]... [--profile <name>]...
                       [--expires-in-days <n>]
countersign keys list
countersign keys revoke <keyId>

Manages API keys. It needs access to the database, with the same environment variables as the server, and can run while
the server runs.

  --role              admin, onboarding, support, worker, tenant or auditor
  --name              a name that shows whose key this is
  --tenant            for a worker: a tenant that the key is limited to, repeatable; for a tenant key: its tenant
  --profile           for a worker: an access profile that the key is limited to, repeatable
  --expires-in-days   days until the key expires; by default it never expires`;

const ROLES: readonly Role[] = ['admin', 'onboarding', 'support', 'worker', 'tenant', 'auditor'];
const OPERATOR = {
  type: 'system' as const,
  id: null,
  name: 'operator at the command line',
  requestId: null,
};
const DAY_MS = 86_400_000;
const PAGE_SIZE = 100;

type Subcommand = (deps: { database: Database; clock: Clock }) => Promise<void>;

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
  const [name, keyId] = positionals;
  if (values.help || name === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  try {
    await runSubcommand(parseSubcommand(name, keyId, values));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** Validates the arguments before the database is opened. */
function parseSubcommand(name: string, keyId: string | undefined, options: CreateOptions): Subcommand {
  if (name === 'create') return parseCreate(options);
  if (name === 'list') return listKeys;
  if (name === 'revoke') return parseRevoke(keyId);
  throw new UsageError(`Unknown command "keys ${name}".\n\n${HELP}`);
}

async function runSubcommand(run: Subcommand): Promise<void> {
  const { database, clock, close } = await openServiceDatabase(readConfig('sandbox'), {
    exclusive: false,
    log: createLogger('warn', (line) => process.stderr.write(line)),
  });
  try {
    await run({ database, clock });
  } finally {
    await close();
  }
}

interface CreateOptions {
  role?: string | undefined;
  name?: string | undefined;
  tenant?: string[] | undefined;
  profile?: string[] | undefined;
  'expires-in-days'?: string | undefined;
}

function parseCreate({ name, tenant = [], profile, ...options }: CreateOptions): Subcommand {
  const role = ROLES.find((role) => role === options.role);
  if (!role) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  if (!name) throw new UsageError('--name is missing: enter a name that shows whose key this is.');
  const days = options['expires-in-days'] === undefined ? null : Number(options['expires-in-days']);
  if (days !== null && !(days > 0)) throw new UsageError('--expires-in-days must be a number above 0.');
  const invalid = tenant.find((id) => !idPattern('tenant').test(id));
  if (invalid !== undefined) throw new UsageError(`--tenant ${invalid} is not a tenant ID (tenant_…).`);
  if (role === 'tenant' && tenant.length !== 1)
    throw new UsageError('A key with the role tenant needs exactly one --tenant.');
  return async (deps) => {
    const { row, key } = await createApiKey(deps, {
      actor: OPERATOR,
      name,
      role,
      tenantId: role === 'tenant' ? (tenant[0] ?? null) : null,
      tenantIds: role !== 'tenant' && tenant.length > 0 ? tenant : null,
      profiles: profile ?? null,
      expiresAt: days === null ? null : new Date(deps.clock.now().getTime() + days * DAY_MS),
    });
    console.error(`Created ${row.id} (${row.role}, "${row.name}"). The key is shown only once:`);
    console.log(key);
  };
}

async function listKeys({ database, clock }: { database: Database; clock: Clock }): Promise<void> {
  for (let after: string | null = null; ; ) {
    const rows = await listApiKeys(database, after, PAGE_SIZE);
    const page = rows.slice(0, PAGE_SIZE);
    for (const row of page)
      console.log(`${row.id}  ${row.role.padEnd(10)}  ${stateOf(row, clock.now()).padEnd(7)}  ${row.name}`);
    const last = page.at(-1);
    // The store returns one more row if there is another page.
    if (rows.length <= PAGE_SIZE || !last) return;
    after = last.id;
  }
}

function stateOf(
  { revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date | null },
  now: Date,
): string {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt <= now ? 'expired' : 'valid';
}

function parseRevoke(keyId: string | undefined): Subcommand {
  if (!keyId || !idPattern('key').test(keyId))
    throw new UsageError('The key ID is missing or invalid: countersign keys revoke key_….');
  return async (deps) => {
    await revokeKey(deps, { actor: OPERATOR, keyId });
    console.log(`Revoked ${keyId}.`);
  };
}
