import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Identity } from '../identity/principal.ts';
import { batchCalls } from '../lib/batch.ts';
import { findKeysByHash, type KeyRow } from './store.ts';

/** A key as the database has it, which may have expired or have been revoked. */
export interface StoredKey {
  principal: Identity;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Finds keys by their hash; concurrent requests share one statement. */
export interface KeyLookup {
  find(hash: Buffer): Promise<StoredKey | null>;
  /** Whether this is the hash of a key from the configuration, which has no checksum. */
  isFromEnvironment(hash: Buffer): boolean;
}

export function keyLookup(database: Database, environmentKeyHashes: readonly Buffer[]): KeyLookup {
  const find = batchCalls(async (hashes: Buffer[]): Promise<(StoredKey | null)[]> => {
    const rows = await findKeysByHash(database, hashes);
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

export function toStoredKey(row: KeyRow): StoredKey {
  return {
    principal: {
      keyId: row.key_id,
      name: row.key_name,
      role: row.role,
      tenantId: row.key_tenant_id,
      tenants: row.any_tenant ? 'any' : row.tenant_ids,
      profiles: row.any_profile ? 'any' : row.profiles,
    },
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
