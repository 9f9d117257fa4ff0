import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import { batched } from '../lib/batch.ts';
import type { ChainHead, SealedEvent } from './chain.ts';

const PAGE = 1000;

export async function insertAuditEvents(database: Database, bodies: string[]): Promise<void> {
  await database.prisma
    .$executeRaw`INSERT INTO public.unsealed_audit_events (body) SELECT unnest(${bodies}::text[])`;
}

/** Appends bodies outside any transaction; those of requests in flight together go into one insert. */
export function auditLog(database: Database): (body: string) => Promise<void> {
  return batched(async (bodies: string[]) => {
    await database.run({
      name: 'insert_audit_events',
      // A body is one line, since JSON escapes line feeds; one text costs both sides half of what an array does.
      text: "INSERT INTO public.unsealed_audit_events (body) SELECT string_to_table($1, E'\\n')",
      values: [bodies.join('\n')],
    });
    return bodies.map(() => undefined);
  });
}

/** Seals up to `size` events; none while another sealer is at work. Answers with how many. */
export async function sealBatch(database: Database, size: number): Promise<number> {
  const rows = await database.prisma.$queryRaw<{ sealed: number }[]>`
    SELECT public.seal_audit_events(${size}::int) AS sealed`;
  return rows[0]?.sealed ?? 0;
}

/** The same, but it waits for its turn: fewer than `size` then means that nothing is left. */
export async function sealBatchInTurn(database: Database, size: number): Promise<number> {
  return database.transaction(async (database) => {
    await database.prisma.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtext('countersign.seal_audit_events'))`;
    return sealBatch(database, size);
  });
}

/** Where each chain ends, in one snapshot. */
export async function readHeads(database: Database, chain: string | null): Promise<ChainHead[]> {
  const rows = await database.prisma.auditHead.findMany({ where: chain === null ? {} : { chain } });
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

interface SealedRow {
  position: bigint;
  body: string;
  id: string;
  action: string;
  chain: string;
  sequence: bigint;
  previous_hash: string;
  hash: string;
}

/** Numbered events by chain and number, a page at a time: of all chains or of one. */
export async function* readSealedEvents(
  database: Database,
  chain: string | null,
): AsyncGenerator<SealedEvent[]> {
  const only = chain === null ? Prisma.empty : Prisma.sql`AND chain = ${chain}`;
  let after = { chain: '', sequence: 0n, position: 0n };
  for (;;) {
    // The position is in the key so that a number given twice, if ever the constraint is dropped, is not paged over.
    const rows = await database.prisma.$queryRaw<SealedRow[]>`
      SELECT position, body, id, action, chain, sequence, previous_hash, hash
      FROM public.audit_events
      WHERE (chain, sequence, position) > (${after.chain}, ${after.sequence}, ${after.position}) ${only}
      ORDER BY chain, sequence, position LIMIT ${PAGE}`;
    if (rows.length > 0) yield rows.map(toSealedEvent);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
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
    columns: { id: row.id, action: row.action },
  };
}

export async function countUnsealed(database: Database, chain: string | null): Promise<number> {
  const [counted] = await database.prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int FROM public.audit_log
    WHERE hash IS NULL AND (${chain}::text IS NULL OR chain = ${chain})`;
  return counted.count;
}

export interface EventRow {
  id: string;
  body: string;
  sequence: bigint | null;
  previousHash: string | null;
  hash: string | null;
}

export interface EventFilter {
  /** Only this tenant's events. */
  tenantId: string | null;
  action: string | undefined;
  /** Only events older than the one with this ID. */
  before: string | null;
  limit: number;
}

/** The newest events first, and one more than `limit`. null: there is no event `before`. */
export async function listEvents(database: Database, filter: EventFilter): Promise<EventRow[] | null> {
  const { prisma } = database;
  const visible = filter.tenantId === null ? Prisma.empty : Prisma.sql`AND chain = ${filter.tenantId}`;
  let older = Prisma.empty;
  if (filter.before !== null) {
    const [cursor] = await prisma.$queryRaw<{ position: bigint }[]>`
      SELECT position FROM public.audit_log WHERE id = ${filter.before} ${visible} LIMIT 1`;
    if (!cursor) return null;
    older = Prisma.sql`AND position < ${cursor.position}`;
  }
  const ofAction = filter.action === undefined ? Prisma.empty : Prisma.sql`AND action = ${filter.action}`;
  return prisma.$queryRaw<EventRow[]>`
    SELECT id, body, sequence, previous_hash AS "previousHash", hash FROM public.audit_log
    WHERE true ${visible} ${older} ${ofAction}
    ORDER BY position DESC LIMIT ${filter.limit + 1}`;
}
