import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import type { Clock } from '../lib/clock.ts';
import { invalidRequest, Problem } from './problem.ts';

/** How long an answer can be replayed. */
export const IDEMPOTENCY_HOURS = 24;

interface Keyed {
  apiKeyId: string;
  key: string;
  requestHash: Buffer;
  /**
   * Encrypts the stored answer. Derived from the caller's API key, so that the database alone cannot read it. null: the
   * caller has a token, which changes, so that no answer can be kept for it.
   */
  secret: Buffer | null;
}

type Needs = { database: Database; clock: Clock };

/**
 * Runs `work` once for an Idempotency-Key, in one transaction with the record of its answer: after a crash there are
 * both or neither. The same request with the same key gets the first answer, also when the two race: the second waits
 * for the first in the database. Errors are not kept; the request may be tried again.
 * @throws Problem `idempotency_key_reused` when the key came with another request
 */
export async function once<D extends Needs, T>(
  deps: D,
  request: FastifyRequest,
  work: (deps: D) => Promise<T>,
): Promise<T> {
  const keyed = readAnsweredKey(request);
  if (!keyed) return work(deps);
  return deps.database.transaction(async (database) => {
    if (!(await claim(database, keyed, deps.clock.now())))
      return replay<T>(await find(database, keyed), keyed);
    const answer = await work({ ...deps, database });
    await store(database, keyed, answer);
    return answer;
  });
}

/** How long a request that calls AWS may hold its key; a process that died in the middle holds it no longer. */
const HELD_SECONDS = 120;
/** How long a second request waits for the first one's answer, and how often it looks. */
const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * The same for work that calls AWS and so must not keep a transaction open meanwhile: the key is taken first, in a
 * statement of its own, and given back if the work fails. Whoever comes second waits for the first one's answer.
 * @throws Problem `idempotency_key_reused`, or `conflict` when the first is not done in time
 */
export async function onceAfter<D extends Needs, T>(
  deps: D,
  request: FastifyRequest,
  work: (deps: D) => Promise<T>,
): Promise<T> {
  const keyed = readAnsweredKey(request);
  if (!keyed) return work(deps);
  const waitUntil = Date.now() + WAIT_MS;
  while (!(await take(deps, keyed))) {
    const known = await find(deps.database, keyed);
    if (known) assertSameRequest(known, keyed);
    if (known?.answer) return replay<T>(known, keyed);
    if (Date.now() > waitUntil) throw stillUnderWay();
    await delay(LOOK_EVERY_MS);
  }
  try {
    const answer = await work(deps);
    await store(deps.database, keyed, answer);
    return answer;
  } catch (error) {
    await giveBack(deps.database, keyed);
    throw error;
  }
}

/** Takes the key, also from a request that has held it for so long that it cannot be alive. */
async function take(deps: Needs, keyed: Keyed): Promise<boolean> {
  const now = deps.clock.now();
  await deps.database.prisma.$executeRaw`
    DELETE FROM public.idempotency_keys WHERE api_key_id = ${keyed.apiKeyId} AND key = ${keyed.key}
      AND request_hash = ${keyed.requestHash} AND answer IS NULL
      AND created_at < ${new Date(now.getTime() - HELD_SECONDS * 1000)}`;
  return claim(deps.database, keyed, now);
}

async function giveBack(database: Database, keyed: Keyed): Promise<void> {
  await database.prisma.$executeRaw`
    DELETE FROM public.idempotency_keys WHERE api_key_id = ${keyed.apiKeyId} AND key = ${keyed.key} AND answer IS NULL`;
}

function stillUnderWay(): Problem {
  return new Problem(
    'conflict',
    'The first request with this Idempotency-Key has no answer yet. Send the same request again in a moment.',
    { retryAfterSeconds: 5 },
  );
}

/**
 * For answers that must not be stored in any form (credentials): only holds a key to its one request; the answer is
 * made again, from the cache.
 */
export async function sameRequest(deps: Needs, request: FastifyRequest): Promise<void> {
  const keyed = readKey(request);
  if (!keyed || (await claim(deps.database, keyed, deps.clock.now()))) return;
  assertSameRequest(await find(deps.database, keyed), keyed);
}

type Answered = Keyed & { secret: Buffer };

/** The key of a request whose answer is kept. */
function readAnsweredKey(request: FastifyRequest): Answered | null {
  const keyed = readKey(request);
  if (!keyed) return null;
  const { secret } = keyed;
  if (secret !== null) return { ...keyed, secret };
  throw invalidRequest([
    { path: 'Idempotency-Key', message: 'is taken here with an API key only, not with a token' },
  ]);
}

function readKey(request: FastifyRequest): Keyed | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest([
      { path: 'Idempotency-Key', message: 'must have 1 to 255 printable characters without spaces' },
    ]);
  }
  if (!request.caller) throw new Error('a public route takes no Idempotency-Key');
  const { principal, key: apiKey } = request.caller;
  const [path] = request.url.split('?');
  const content = canonicalJson([
    request.method,
    path ?? '',
    (request.body ?? null) as Json,
    request.query as Json,
  ]);
  return {
    apiKeyId: principal.keyId,
    key,
    requestHash: createHash('sha256').update(content).digest(),
    secret:
      apiKey === null
        ? null
        : Buffer.from(hkdfSync('sha256', apiKey, key, 'countersign idempotent answer', 32)),
  };
}

interface Stored {
  request_hash: Uint8Array;
  answer: Uint8Array | null;
}

/** Takes the key for this request. False: it is taken; while another transaction is taking it, this waits for its end. */
async function claim(database: Database, keyed: Keyed, now: Date): Promise<boolean> {
  const inserted = await database.prisma.$executeRaw`
    INSERT INTO public.idempotency_keys (api_key_id, key, request_hash, created_at)
    VALUES (${keyed.apiKeyId}, ${keyed.key}, ${keyed.requestHash}, ${now})
    ON CONFLICT DO NOTHING`;
  return inserted === 1;
}

async function find(database: Database, keyed: Keyed): Promise<Stored | null> {
  const rows = await database.prisma.$queryRaw<Stored[]>`
    SELECT request_hash, answer FROM public.idempotency_keys WHERE api_key_id = ${keyed.apiKeyId} AND key = ${keyed.key}`;
  return rows[0] ?? null;
}

async function store(database: Database, keyed: Answered, answer: unknown): Promise<void> {
  const sealed = encrypt(JSON.stringify(answer ?? null), keyed.secret);
  await database.prisma.$executeRaw`
    UPDATE public.idempotency_keys SET answer = ${sealed} WHERE api_key_id = ${keyed.apiKeyId} AND key = ${keyed.key}`;
}

/** Forgets keys whose time is over. */
export async function deleteExpiredIdempotencyKeys(deps: Needs): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - IDEMPOTENCY_HOURS * 3_600_000);
  await deps.database.prisma.$executeRaw`DELETE FROM public.idempotency_keys WHERE created_at < ${before}`;
}

function assertSameRequest(stored: Stored | null, keyed: Keyed): void {
  if (stored && keyed.requestHash.equals(stored.request_hash)) return;
  throw new Problem(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Take a new key for each new request.',
  );
}

function replay<T>(stored: Stored | null, keyed: Answered): T {
  assertSameRequest(stored, keyed);
  if (!stored?.answer) throw new Error('an idempotency key was kept without its answer');
  return JSON.parse(decrypt(Buffer.from(stored.answer), keyed.secret)) as T;
}

function encrypt(text: string, secret: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(sealed: Buffer, secret: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
}
