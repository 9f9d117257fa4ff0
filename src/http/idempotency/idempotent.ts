import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../lib/clock.ts';
import { decryptJson, encryptJson } from '../../lib/encrypted-json.ts';
import { Problem } from '../problem.ts';
import { assertSameRequest, type ReplayableKey, readKey, readReplayableKey } from './idempotency-key.ts';
import {
  deleteAbandonedKey,
  deleteUnfinishedKey,
  findKey,
  insertKey,
  type StoredKey,
  storeResponse,
} from './store.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The response is that of an earlier request with the same Idempotency-Key. */
    isReplayed: boolean;
  }
}

/** Marks replayed responses with `Idempotency-Replayed: true`. */
export function markReplays(app: FastifyInstance): void {
  app.decorateRequest('isReplayed', false);
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.isReplayed) void reply.header('idempotency-replayed', 'true');
    done(null, payload);
  });
}

interface IdempotencyDeps {
  database: Database;
  clock: Clock;
}

/**
 * Runs `work` once for an Idempotency-Key, in one transaction with the record of its response: after a crash there are
 * both or neither. The same request with the same key gets the first response. When the two race, the second waits in
 * the database for the first. Errors are not stored, so the request may be tried again.
 * @throws Problem `idempotency_key_reused` when the key came with another request
 */
export async function idempotent<D extends IdempotencyDeps, T>(
  deps: D,
  request: FastifyRequest,
  work: (deps: D) => Promise<T>,
): Promise<T> {
  const key = readReplayableKey(request);
  return key ? runOnce(deps, { request, key }, work) : work(deps);
}

/** The same for a request whose key is not in its header. */
export async function runOnce<D extends IdempotencyDeps, T>(
  deps: D,
  { request, key }: { request: FastifyRequest; key: ReplayableKey },
  work: (deps: D) => Promise<T>,
): Promise<T> {
  return deps.database.transaction(async (database) => {
    if (!(await insertKey(database, key, deps.clock.now())))
      return replay<T>(request, await findKey(database, key), key);
    const response = await work({ ...deps, database });
    await storeResponse(database, key, encryptJson(response, key.secret));
    return response;
  });
}

/** A request holds its key for at most this long; a process that died in the middle holds it no longer. */
const LEASE_SECONDS = 120;
/** How long a second request waits for the first one's response, and how often it checks. */
const MAX_WAIT_MS = 30_000;
const POLL_MS = 50;

/**
 * The same for work that calls AWS, which must not keep a transaction open meanwhile: the key is inserted first, in a
 * statement of its own, and deleted if the work fails. A second request waits for the first one's response.
 * @throws Problem `idempotency_key_reused`, or `conflict` when the first is not done in time
 */
export async function idempotentOutsideTransaction<D extends IdempotencyDeps, T>(
  deps: D,
  request: FastifyRequest,
  work: (deps: D) => Promise<T>,
): Promise<T> {
  const key = readReplayableKey(request);
  if (!key) return work(deps);
  const waitUntilMs = performance.now() + MAX_WAIT_MS;
  while (!(await acquireKey(deps, key))) {
    const existing = await findKey(deps.database, key);
    if (existing) assertSameRequest(existing, key);
    if (existing?.response) return replay<T>(request, existing, key);
    if (performance.now() > waitUntilMs) throw stillInProgress();
    await delay(POLL_MS);
  }
  try {
    const response = await work(deps);
    await storeResponse(deps.database, key, encryptJson(response, key.secret));
    return response;
  } catch (error) {
    await deleteUnfinishedKey(deps.database, key);
    throw error;
  }
}

/**
 * Binds an Idempotency-Key to its one request, for responses that must not be stored in any form (credentials). The
 * response is made again each time.
 * @throws Problem `idempotency_key_reused`
 */
export async function bindIdempotencyKey(deps: IdempotencyDeps, request: FastifyRequest): Promise<void> {
  const key = readKey(request);
  if (!key || (await insertKey(deps.database, key, deps.clock.now()))) return;
  assertSameRequest(await findKey(deps.database, key), key);
}

async function acquireKey({ database, clock }: IdempotencyDeps, key: ReplayableKey): Promise<boolean> {
  const now = clock.now();
  await deleteAbandonedKey(database, key, new Date(now.getTime() - LEASE_SECONDS * 1000));
  return insertKey(database, key, now);
}

function replay<T>(request: FastifyRequest, stored: StoredKey | null, key: ReplayableKey): T {
  assertSameRequest(stored, key);
  if (!stored?.response) throw new Error('an idempotency key was stored without its response');
  request.isReplayed = true;
  return decryptJson(Buffer.from(stored.response), key.secret) as T;
}

function stillInProgress(): Problem {
  return new Problem(
    'conflict',
    'The first request with this Idempotency-Key has no response yet. Send the same request again in a moment.',
    { retryAfterSeconds: 5 },
  );
}
