import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import { batchCalls } from '../lib/batch.ts';
import type { ChainHead, SealedEvent } from './chain/chain.ts';

const PAGE_SIZE = 1000;

export async function insertAuditEvents(database: Database, bodies: string[]): Promise<void> {
  await database.prisma
    .$executeRaw`INSERT INTO public.unsealed_audit_events (body) SELECT unnest(${bodies}::text[])`;
}

/** Returns a function that appends an event outside any transaction. Concurrent calls share one insert. */
export function createAuditLog(database: Database): (body: string) => Promise<void> {
  return batchCalls(async (bodies: string[]) => {
    await database.query({
      name: 'insert_audit_events',
      // JSON escapes line feeds, so that a body is one line. One text costs client and server half as much as an array.
      text: "INSERT INTO public.unsealed_audit_events (body) SELECT string_to_table($1, E'\\n')",
      values: [bodies.join('\n')],
    });
    return bodies.map(() => undefined);
  });
}

/** PostgreSQL leaves codes that begin with C to applications. */
const INSERTED = 'CS001';

// It does everything that inserting an event does, and then rolls back. The statement itself commits, which needs the log.
const CHECK_INSERT = `DO $$ BEGIN
  INSERT INTO public.unsealed_audit_events (body) VALUES ('{"id":"","action":"","tenantId":null}');
  RAISE EXCEPTION SQLSTATE '${INSERTED}';
EXCEPTION WHEN SQLSTATE '${INSERTED}' THEN NULL; END $$`;

/** Rejects if no event could be inserted now. It inserts none. */
export async function checkEventsAreAccepted(database: Database): Promise<void> {
  await database.query({ name: 'check_events_are_accepted', text: CHECK_INSERT, values: [] });
}

/** Seals up to `size` events and returns their number: 0 while another process holds the sealing lock. */
export async function trySealBatch(database: Database, size: number): Promise<number> {
  const rows = await database.prisma.$queryRaw<{ sealed: number }[]>`
    SELECT public.seal_audit_events(${size}::int) AS sealed`;
  return rows[0]?.sealed ?? 0;
}

/** Waits for the sealing lock, then seals up to `size` events. A result below `size` means that none is left. */
export async function waitAndSealBatch(database: Database, size: number): Promise<number> {
  return database.transaction(async (database) => {
    await database.prisma.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtext('countersign.seal_audit_events'))`;
    return trySealBatch(database, size);
  });
}

/** Lists the last event of each chain, in one snapshot. */
export async function listHeads(database: Database, chain: string | null): Promise<ChainHead[]> {
  const rows = await database.prisma.auditHead.findMany({ where: chain === null ? {} : { chain } });
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

/** Lists the last archived event of each chain, whose later events are in the database. */
export async function listArchivedHeads(database: Database, chain: string | null): Promise<ChainHead[]> {
  const where = chain === null ? {} : { chain };
  const rows = await database.prisma.auditArchivedHead.findMany({ where, orderBy: { chain: 'asc' } });
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

export interface ArchiveRecord {
  /** `2026-10` */
  month: string;
  location: string;
  manifestSha256: string;
}

/** Lists the months that were archived and dropped, the oldest first. */
export async function listArchiveRecords(database: Database): Promise<ArchiveRecord[]> {
  const rows = await database.prisma.auditArchive.findMany({ orderBy: { month: 'asc' } });
  return rows.map(({ month, ...row }) => ({ ...row, month: month.toISOString().slice(0, 7) }));
}

interface SealedRow {
  position: bigint;
  body: string;
  id: string;
  action: string;
  at: string | null;
  connection_id: string | null;
  chain: string;
  sequence: bigint;
  previous_hash: string;
  hash: string;
}

/** Reads the sealed events of one chain, or of all chains, in pages, ordered by chain and number. */
export async function* readSealedEvents(
  database: Database,
  chain: string | null,
): AsyncGenerator<SealedEvent[]> {
  const ofChain = chain === null ? Prisma.empty : Prisma.sql`AND chain = ${chain}`;
  let after = { chain: '', sequence: 0n, position: 0n };
  for (;;) {
    // The position belongs to the key: if the unique constraint is ever dropped, a duplicate number is not skipped.
    const rows = await database.prisma.$queryRaw<SealedRow[]>`
      SELECT position, body, id, action, at, connection_id, chain, sequence, previous_hash, hash
      FROM public.audit_events
      WHERE (chain, sequence, position) > (${after.chain}, ${after.sequence}, ${after.position}) ${ofChain}
      ORDER BY chain, sequence, position LIMIT ${PAGE_SIZE}`;
    if (rows.length > 0) yield rows.map(toSealedEvent);
    const last = rows.at(-1);
    if (rows.length < PAGE_SIZE || !last) return;
    after = last;
  }
}

function toSealedEvent(row: SealedRow): SealedEvent {
  return {
    position: Number(row.position),
    body: row.body,
    chain: row.chain,
    sequence: Number(row.sequence),
    previousHash: row.previous_hash,
    hash: row.hash,
    columns: { id: row.id, action: row.action, at: row.at, connectionId: row.connection_id },
  };
}

export async function countUnsealed(database: Database, chain: string | null): Promise<number> {
  const [row] = await database.prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int FROM public.audit_log
    WHERE hash IS NULL AND (${chain}::text IS NULL OR chain = ${chain})`;
  return row.count;
}

/** As in the indexes: see the migration. All times have the same format, so that their text sorts like them. */
const AT = `(coalesce(at, body::jsonb ->> 'at', '') COLLATE "C")`;
const AT_OF_ALL = `(coalesce(at, body::jsonb ->> 'at', '') COLLATE "POSIX")`;
const CONNECTION_ID = "coalesce(connection_id, body::jsonb #>> '{detail,connectionId}', '')";

const SEAL = `'"sequence":' || sequence || ',"previousHash":"' || previous_hash || '","hash":"' || hash || '"'`;
const NO_SEAL = `'"sequence":null,"previousHash":null,"hash":null'`;
const UNSEALED_EVENTS = `(SELECT position, body, body::jsonb ->> 'id' AS id, body::jsonb ->> 'action' AS action,
    NULL AS at, NULL AS connection_id,
    coalesce(body::jsonb ->> 'tenantId', 'vendor') AS chain FROM public.unsealed_audit_events) AS unsealed`;

/** A page has 200 events at most. With a parameter in its place, PostgreSQL would plan the statement each time. */
const MAX_EVENTS = 201;
/** JSON text cannot contain it (RFC 7464). One text of all events takes half the time of a row for each. */
const SEPARATOR = '\x1e';

export interface EventRow {
  id: string;
  body: string;
  /** The members `sequence`, `previousHash` and `hash` of a JSON object; each is null until the event is sealed. */
  seal: string;
}

export interface EventFilter {
  /** null lists the events of all tenants and of the vendor. */
  tenantId: string | null;
  connectionId?: string | undefined;
  action?: string | undefined;
  /** The first moment that is included, and the first that is not, in the format of the events. */
  since?: string | undefined;
  until?: string | undefined;
  /** Lists only events older than the one with this ID. */
  before: string | null;
  limit: number;
}

/**
 * Lists the newest events first, and one more than `limit`; null if there is no visible event `before`. Both tables are
 * read in one statement: an event that is being sealed is in one of them. The unsealed events are those of the last second.
 */
export async function listEvents(database: Database, filter: EventFilter): Promise<EventRow[] | null> {
  const { tenantId, connectionId, action, since, until, before } = filter;
  const cursor = before === null ? undefined : await findPosition(database, before, tenantId);
  if (cursor === null) return null;
  const at = tenantId === null && connectionId === undefined && action === undefined ? AT_OF_ALL : AT;
  const values: unknown[] = [filter.limit + 1];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = {
    ...(connectionId !== undefined && { connection: `${CONNECTION_ID} = ${bind(connectionId)}` }),
    ...(action !== undefined && { action: `action = ${bind(action)}` }),
    ...(since !== undefined && { since: `${at} >= ${bind(since)}` }),
    ...(until !== undefined && { until: `${at} < ${bind(until)}` }),
    ...(tenantId !== null && { chain: `chain = ${bind(tenantId)}` }),
    ...(cursor && { before: `(${at}, position) < (${bind(cursor.at)}, ${bind(cursor.position)})` }),
  };
  const where = ['true', ...Object.values(conditions)].join(' AND ');
  const newest = (table: string, seal: string): string => `
    (SELECT id, body, ${seal} AS seal, ${at} AS at, position FROM ${table} WHERE ${where}
     ORDER BY ${at} DESC, position DESC LIMIT ${MAX_EVENTS})`;
  const [page] = await database.runPrepared<{ [column in keyof EventRow]: string | null }>({
    name: ['list_audit_events', ...Object.keys(conditions)].join(' '),
    text: `SELECT string_agg(id, E'\\x1e') AS id, string_agg(body, E'\\x1e') AS body, string_agg(seal, E'\\x1e') AS seal
      FROM (SELECT * FROM (${newest('public.audit_events', SEAL)} UNION ALL ${newest(UNSEALED_EVENTS, NO_SEAL)}) AS events
        ORDER BY at DESC, position DESC LIMIT $1) AS page`,
    values,
  });
  const [bodies, seals] = [splitTexts(page?.body), splitTexts(page?.seal)];
  return splitTexts(page?.id).map((id, i) => ({ id, body: bodies[i] ?? '', seal: seals[i] ?? '' }));
}

const splitTexts = (texts: string | null | undefined): string[] => texts?.split(SEPARATOR) ?? [];

/** Returns the position of an event in the order of the list; null if it does not exist or belongs to another tenant. */
async function findPosition(
  database: Database,
  id: string,
  tenantId: string | null,
): Promise<{ at: string; position: string } | null> {
  const [row] = await database.runPrepared<{ at: string; position: string }>({
    name: 'find_audit_event_position',
    text: `SELECT coalesce(body::jsonb ->> 'at', '') AS at, position FROM public.audit_log
      WHERE id = $1 AND ($2::text IS NULL OR chain = $2) LIMIT 1`,
    values: [id, tenantId],
  });
  return row ?? null;
}
