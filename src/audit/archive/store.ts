import type pg from 'pg';
import { inTransaction } from '../../database/with-client.ts';
import type { ChainHead, SealedEvent } from '../chain/chain.ts';

// All statements of this file run as the owner of the database: the service may not drop anything.

const PAGE_SIZE = 1000;
/** While a month waits to be dropped, those who read the log wait behind it. */
const LOCK_TIMEOUT = '2s';

/** A month in the database. */
export interface StoredMonth {
  /** Its table. */
  partition: string;
  /** Its first day; of several months, the first day of the last one. */
  month: Date;
  /** The first day of the next month. */
  end: Date;
}

/** Takes the lock that one archiving process at a time holds, until its connection ends. */
export async function tryLockArchive(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext('countersign.archive_audit_events')) AS locked`,
  );
  return rows[0]?.locked === true;
}

/**
 * Ends every month before this one: no event is added to them any more, even if none has been sealed in this month yet.
 * Returns the first day of the month that has not ended.
 */
export async function endPastMonths(client: pg.Client): Promise<Date> {
  return inTransaction(client, async () => {
    await client.query(`
      SELECT pg_advisory_xact_lock(hashtext('countersign.seal_audit_events'));
      SELECT public.create_audit_month(date_trunc('month', now() AT TIME ZONE 'UTC')::date);
      UPDATE public.audit_month SET month = date_trunc('month', now() AT TIME ZONE 'UTC')
        WHERE month < date_trunc('month', now() AT TIME ZONE 'UTC')`);
    const { rows } = await client.query<{ month: string }>('SELECT month::text FROM public.audit_month');
    return new Date(`${rows[0]?.month}T00:00:00Z`);
  });
}

/** Lists the months that have ended before this day, the oldest first. */
export async function listEndedMonths(client: pg.Client, before: Date): Promise<StoredMonth[]> {
  const { rows } = await client.query<{ partition: string; end: string }>(
    `SELECT partition, "end"::text FROM (
       SELECT c.relname AS partition,
         substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \\('([-0-9]+)'\\)$$)::date AS "end"
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'public.audit_events'::regclass) months
     WHERE "end" <= $1::date AND "end" <= (now() AT TIME ZONE 'UTC')::date ORDER BY "end"`,
    [before.toISOString().slice(0, 10)],
  );
  return rows.map(({ partition, end }) => {
    const next = new Date(`${end}T00:00:00Z`);
    const month = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() - 1));
    return { partition, month, end: next };
  });
}

/** Reads the events of a month in pages, by chain and number. */
export async function* readMonth(
  client: pg.Client,
  { partition }: StoredMonth,
): AsyncGenerator<SealedEvent[]> {
  let after: [string, string] = ['', '0'];
  for (;;) {
    const { rows } = await client.query<SealedEvent & { position: string; sequence: string }>(
      `SELECT position, body, chain, sequence, previous_hash AS "previousHash", hash FROM public.${partition}
       WHERE (chain, sequence) > ($1, $2) ORDER BY chain, sequence LIMIT ${PAGE_SIZE}`,
      after,
    );
    if (rows.length > 0)
      yield rows.map((row) => ({ ...row, position: Number(row.position), sequence: Number(row.sequence) }));
    const last = rows.at(-1);
    if (rows.length < PAGE_SIZE || !last) return;
    after = [last.chain, String(last.sequence)];
  }
}

/** The number of events of a month, and the last one of each chain in it. */
export async function describeMonth(
  client: pg.Client,
  { partition }: StoredMonth,
): Promise<{ events: number; heads: ChainHead[] }> {
  const { rows } = await client.query<{ events: string }>(
    `SELECT count(*) AS events FROM public.${partition}`,
  );
  const heads = await client.query<HeadRow>(
    `SELECT DISTINCT ON (chain) chain, sequence, hash FROM public.${partition} ORDER BY chain, sequence DESC`,
  );
  return { events: Number(rows[0]?.events), heads: heads.rows.map(toHead) };
}

type HeadRow = ChainHead & { sequence: string };
const toHead = (row: HeadRow): ChainHead => ({ ...row, sequence: Number(row.sequence) });

/** Where the chains continue that have events in this month. */
export async function listPrecedingHeads(
  client: pg.Client,
  { partition }: StoredMonth,
): Promise<ChainHead[]> {
  const { rows } = await client.query<HeadRow>(
    `SELECT chain, sequence, hash FROM public.audit_archived_heads
     WHERE chain IN (SELECT DISTINCT chain FROM public.${partition})`,
  );
  return rows.map(toHead);
}

/** The month that was archived last. */
export async function findLastArchive(client: pg.Client): Promise<{ month: string; sha256: string } | null> {
  const { rows } = await client.query<{ month: string; sha256: string }>(
    `SELECT to_char(month, 'YYYY-MM') AS month, manifest_sha256 AS sha256
     FROM public.audit_archives ORDER BY audit_archives.month DESC LIMIT 1`,
  );
  return rows[0] ?? null;
}

interface ArchivedMonth {
  location: string;
  events: number;
  manifestSha256: string;
}

/** Drops a month and records its archive, both or neither. Rejects after 2 seconds if others read the log all the time. */
export async function dropMonth(
  client: pg.Client,
  { partition, month }: StoredMonth,
  { location, events, manifestSha256 }: ArchivedMonth,
): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query(
      `INSERT INTO public.audit_archived_heads (chain, sequence, hash)
       SELECT DISTINCT ON (chain) chain, sequence, hash FROM public.${partition} ORDER BY chain, sequence DESC
       ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`,
    );
    await client.query(
      'INSERT INTO public.audit_archives (month, location, events, manifest_sha256) VALUES ($1, $2, $3, $4)',
      [month.toISOString().slice(0, 10), location, events, manifestSha256],
    );
    await client.query(`DROP TABLE public.${partition}`);
  });
}
