import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import { batched } from '../lib/batch.ts';
import type { ChainHead, SealedEvent } from './chain.ts';

const PAGE = 1000;

export async function insertAuditEvents(database: Database, bodies: string[]): Promise<void> {
  await database.prisma.$executeRaw`INSERT INTO public.audit_events (body) SELECT unnest(${bodies}::text[])`;
}

/** Appends bodies outside any transaction; those of requests in flight together go into one insert. */
export function auditLog(database: Database): (body: string) => Promise<void> {
  return batched(async (bodies: string[]) => {
    await database.run({
      name: 'insert_audit_events',
      text: 'INSERT INTO public.audit_events (body) SELECT unnest($1::text[])',
      values: [bodies],
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
  tenant_id: string | null;
  action: string;
  chain: string;
  sequence: bigint;
  previous_hash: string | null;
  hash: string | null;
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
      SELECT position, body, id, tenant_id, action, chain, sequence, previous_hash, hash
      FROM public.audit_events
      WHERE sequence IS NOT NULL AND (chain, sequence, position) > (${after.chain}, ${after.sequence}, ${after.position}) ${only}
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
    columns: { id: row.id, tenantId: row.tenant_id, action: row.action },
  };
}

export async function countUnsealed(database: Database, chain: string | null): Promise<number> {
  return database.prisma.auditEvent.count({ where: { hash: null, ...(chain !== null && { chain }) } });
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
  const visible = filter.tenantId === null ? {} : { chain: filter.tenantId };
  let older = {};
  if (filter.before !== null) {
    const cursor = await database.prisma.auditEvent.findFirst({
      where: { ...visible, id: filter.before },
      select: { position: true },
    });
    if (!cursor) return null;
    older = { position: { lt: cursor.position } };
  }
  return database.prisma.auditEvent.findMany({
    where: { ...visible, ...older, ...(filter.action !== undefined && { action: filter.action }) },
    orderBy: { position: 'desc' },
    take: filter.limit + 1,
    select: { id: true, body: true, sequence: true, previousHash: true, hash: true },
  });
}
