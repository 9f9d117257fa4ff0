import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { invalidRequest, notFound } from '../http/problem.ts';
import type { Actor, Role } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { lockExistingProfiles } from '../profiles/store.ts';
import { hashApiKey, newApiKey } from './api-key.ts';
import { type ApiKeyRow, countTenants, insertApiKey } from './store.ts';

export interface NewKeyInput {
  actor: Actor;
  name: string;
  role: Role;
  tenantId: string | null;
  /** Workers only; null: any tenant. */
  tenantIds: string[] | null;
  /** Workers only; null: any profile. */
  profiles: string[] | null;
  expiresAt: Date | null;
}

export interface CreatedKey {
  row: ApiKeyRow;
  /** The key itself, which is stored nowhere. */
  key: string;
}

/** Creates an API key. Limits that its role does not have are rejected, so that no key carries one without effect. */
export async function createApiKey(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: NewKeyInput,
  origin: 'issued' | 'tenant_token' = 'issued',
): Promise<CreatedKey> {
  assertLimitsFitRole(input, deps.clock.now());
  const key = newApiKey();
  const row = await deps.database.transaction(async (database) => {
    const requestedTenantIds = [
      ...new Set([...(input.tenantIds ?? []), ...(input.tenantId ? [input.tenantId] : [])]),
    ];
    if ((await countTenants(database, requestedTenantIds)) !== requestedTenantIds.length) throw notFound();
    await assertProfiles(database, input.profiles ?? []);
    return addKey({ database, clock: deps.clock }, input, hashApiKey(key), origin);
  });
  return { row, key };
}

/** Inserts a hashed key and its audit event. */
export async function addKey(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: NewKeyInput,
  hash: Buffer,
  origin: 'issued' | 'environment' | 'tenant_token',
): Promise<ApiKeyRow> {
  const isWorker = input.role === 'worker';
  const row = {
    id: newId('key'),
    name: input.name,
    role: input.role,
    tenantId: input.tenantId,
    anyTenant: isWorker && input.tenantIds === null,
    tenantIds: input.tenantIds ?? [],
    anyProfile: isWorker && input.profiles === null,
    profiles: input.profiles ?? [],
    createdAt: deps.clock.now(),
    expiresAt: input.expiresAt,
  };
  await insertApiKey(deps.database, { ...row, hash, origin });
  await recordEvents(deps.database, deps.clock, {
    tenantId: input.tenantId,
    actor: input.actor,
    action: 'api_key.created',
    outcome: 'success',
    detail: {
      keyId: row.id,
      name: row.name,
      role: row.role,
      origin,
      expiresAt: row.expiresAt?.toISOString() ?? null,
    },
  });
  return { ...row, revokedAt: null };
}

function assertLimitsFitRole(input: NewKeyInput, now: Date): void {
  const errors: { path: string; message: string }[] = [];
  if (input.role === 'tenant' && input.tenantId === null) {
    errors.push({ path: 'tenantId', message: 'a key of role "tenant" requires a tenantId' });
  }
  if (input.role !== 'tenant' && input.tenantId !== null) {
    errors.push({ path: 'tenantId', message: 'only a key of role "tenant" has a tenantId' });
  }
  if (input.role !== 'worker' && input.tenantIds !== null) {
    errors.push({ path: 'tenantIds', message: 'only a key of role "worker" can be limited to tenants' });
  }
  if (input.role !== 'worker' && input.profiles !== null) {
    errors.push({ path: 'profiles', message: 'only a key of role "worker" can be limited to profiles' });
  }
  if (input.expiresAt !== null && input.expiresAt <= now) {
    errors.push({ path: 'expiresAt', message: 'must be in the future' });
  }
  if (errors.length > 0) throw invalidRequest(errors);
}

/** A key limited to a profile that does not exist would gain access to any profile created later under that name. */
async function assertProfiles(database: Deps['database'], names: readonly string[]): Promise<void> {
  const existing = names.length === 0 ? [] : await lockExistingProfiles(database, names);
  const missing = names.filter((name) => !existing.includes(name));
  if (missing.length > 0) {
    const message = `access profile not found: ${missing.map((name) => `"${name}"`).join(', ')}; create it first`;
    throw invalidRequest([{ path: 'profiles', message }]);
  }
}
