import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Principal, Role } from '../identity/principal.ts';
import { batched } from '../lib/batch.ts';

export interface StoredKey {
  principal: Principal;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Finds keys by their hash; requests in flight together share one statement. */
export interface KeyLookup {
  find(hash: Buffer): Promise<StoredKey | null>;
  /** Whether this is the hash of a key that came from the configuration and so has no checksum. */
  isFromEnvironment(hash: Buffer): boolean;
}

interface KeyRow {
  id: string;
  name: string;
  role: Role;
  hash: Buffer;
  tenant_id: string | null;
  any_tenant: boolean;
  tenant_ids: string[];
  any_profile: boolean;
  profiles: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
}

const FIND_KEYS = `SELECT id, name, role, hash, tenant_id, any_tenant, tenant_ids, any_profile, profiles,
    expires_at, revoked_at
  FROM public.api_keys WHERE hash = ANY ($1::bytea[])`;

export function keyLookup(database: Database, environmentKeyHashes: readonly Buffer[]): KeyLookup {
  const find = batched(async (hashes: Buffer[]): Promise<(StoredKey | null)[]> => {
    const rows = await database.run<KeyRow>({ name: 'find_api_keys', text: FIND_KEYS, values: [hashes] });
    const byHash = new Map(rows.map((row) => [row.hash.toString('hex'), row]));
    return hashes.map((hash) => {
      const row = byHash.get(hash.toString('hex'));
      return row ? toStoredKey(row) : null;
    });
  });
  return {
    find,
    isFromEnvironment: (hash) => environmentKeyHashes.some((known) => timingSafeEqual(known, hash)),
  };
}

function toStoredKey(row: KeyRow): StoredKey {
  return {
    principal: {
      keyId: row.id,
      name: row.name,
      role: row.role,
      tenantId: row.tenant_id,
      tenants: row.any_tenant ? 'any' : row.tenant_ids,
      profiles: row.any_profile ? 'any' : row.profiles,
    },
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
