import type { Database } from '../../database/database.ts';

/** An Idempotency-Key of one API key, bound to one request by its hash. */
export interface KeyOfRequest {
  apiKeyId: string;
  key: string;
  requestHash: Buffer;
}

export interface StoredKey {
  requestHash: Uint8Array;
  /** The encrypted response; null while the first request is in progress. */
  response: Uint8Array | null;
}

/** Inserts the key. False if it exists; while another transaction is inserting it, this waits for that one's end. */
export async function insertKey(database: Database, key: KeyOfRequest, now: Date): Promise<boolean> {
  const inserted = await database.prisma.$executeRaw`
    INSERT INTO public.idempotency_keys (api_key_id, key, request_hash, created_at)
    VALUES (${key.apiKeyId}, ${key.key}, ${key.requestHash}, ${now})
    ON CONFLICT DO NOTHING`;
  return inserted === 1;
}

export async function findKey(database: Database, key: KeyOfRequest): Promise<StoredKey | null> {
  const rows = await database.prisma.$queryRaw<StoredKey[]>`
    SELECT request_hash AS "requestHash", answer AS response FROM public.idempotency_keys
    WHERE api_key_id = ${key.apiKeyId} AND key = ${key.key}`;
  return rows[0] ?? null;
}

export async function storeResponse(database: Database, key: KeyOfRequest, response: Buffer): Promise<void> {
  await database.prisma.$executeRaw`
    UPDATE public.idempotency_keys SET answer = ${response} WHERE api_key_id = ${key.apiKeyId} AND key = ${key.key}`;
}

/** Deletes a key that has no response yet, so that the request can be sent again. */
export async function deleteUnfinishedKey(database: Database, key: KeyOfRequest): Promise<void> {
  await database.prisma.$executeRaw`
    DELETE FROM public.idempotency_keys WHERE api_key_id = ${key.apiKeyId} AND key = ${key.key} AND answer IS NULL`;
}

/** Deletes the key of the same request if it has had no response since `before`: its process must have died. */
export async function deleteAbandonedKey(database: Database, key: KeyOfRequest, before: Date): Promise<void> {
  await database.prisma.$executeRaw`
    DELETE FROM public.idempotency_keys
    WHERE api_key_id = ${key.apiKeyId} AND key = ${key.key} AND request_hash = ${key.requestHash}
      AND answer IS NULL AND created_at < ${before}`;
}
