import type { Database } from '../database/database.ts';
import type { Role } from '../identity/principal.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  role: Role;
  tenantId: string | null;
  anyTenant: boolean;
  tenantIds: string[];
  anyProfile: boolean;
  profiles: string[];
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface NewApiKeyRow extends Omit<ApiKeyRow, 'revokedAt'> {
  hash: Buffer;
  origin: 'issued' | 'environment' | 'tenant_token';
}

const PUBLIC_COLUMNS = {
  id: true,
  name: true,
  role: true,
  tenantId: true,
  anyTenant: true,
  tenantIds: true,
  anyProfile: true,
  profiles: true,
  createdAt: true,
  expiresAt: true,
  revokedAt: true,
} as const;

export async function insertApiKey(database: Database, key: NewApiKeyRow): Promise<void> {
  await database.prisma.apiKey.create({ data: { ...key, hash: new Uint8Array(key.hash) } });
}

export async function listApiKeys(
  database: Database,
  after: string | null,
  limit: number,
): Promise<ApiKeyRow[]> {
  const rows = await database.prisma.apiKey.findMany({
    where: { origin: { not: 'tenant_token' }, ...(after !== null && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: limit + 1,
    select: PUBLIC_COLUMNS,
  });
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

/** Revokes a key that is not revoked yet. Null if there is none. */
export async function revokeApiKey(database: Database, id: string, now: Date): Promise<ApiKeyRow | null> {
  const { count } = await database.prisma.apiKey.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: now },
  });
  const row = await database.prisma.apiKey.findUnique({ where: { id }, select: PUBLIC_COLUMNS });
  return count === 1 && row ? { ...row, role: row.role as Role } : null;
}

export async function findApiKey(database: Database, id: string): Promise<ApiKeyRow | null> {
  const row = await database.prisma.apiKey.findUnique({ where: { id }, select: PUBLIC_COLUMNS });
  return row && { ...row, role: row.role as Role };
}

export async function revokeTenantKeys(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.prisma.apiKey.updateMany({ where: { tenantId, revokedAt: null }, data: { revokedAt: now } });
}

/** How many of these tenants exist. */
export async function countTenants(database: Database, ids: string[]): Promise<number> {
  return database.prisma.tenant.count({ where: { id: { in: ids } } });
}

/** Whether no key was ever created. It holds a lock, so that of two processes that start at once only one creates the first. */
export async function lockFirstKey(database: Database): Promise<boolean> {
  await database.prisma.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('countersign.first_key'))`;
  return (await database.prisma.apiKey.count({ where: { origin: { not: 'tenant_token' } } })) === 0;
}

export async function environmentKeyHashes(database: Database): Promise<Buffer[]> {
  const rows = await database.prisma.apiKey.findMany({
    where: { origin: 'environment', revokedAt: null },
    select: { hash: true },
  });
  return rows.map((row) => Buffer.from(row.hash));
}

/** The columns of a key that authentication reads. */
export interface KeyRow {
  key_id: string;
  key_name: string;
  role: Role;
  key_tenant_id: string | null;
  any_tenant: boolean;
  tenant_ids: string[];
  any_profile: boolean;
  profiles: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
}

export const KEY_COLUMNS = `k.id AS key_id, k.name AS key_name, k.role, k.tenant_id AS key_tenant_id, k.any_tenant,
    k.tenant_ids, k.any_profile, k.profiles, k.expires_at, k.revoked_at`;

const FIND_KEYS_BY_HASH = `SELECT k.hash, ${KEY_COLUMNS} FROM public.api_keys k WHERE k.hash = ANY ($1::bytea[])`;

export async function findKeysByHash(
  database: Database,
  hashes: readonly Buffer[],
): Promise<(KeyRow & { hash: Buffer })[]> {
  return database.query({ name: 'find_api_keys', text: FIND_KEYS_BY_HASH, values: [hashes] });
}
