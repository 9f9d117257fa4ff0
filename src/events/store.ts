import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import type { ChangeEvent, PublishedEvent } from './event.ts';

const COLUMNS = Prisma.sql`id, type, at, tenant_id AS "tenantId", connection_id AS "connectionId", data, position`;

/** Inserts events in this order. Those of a tenant get its name and reference as of now. */
export async function insertEvents(database: Database, events: readonly ChangeEvent[]): Promise<void> {
  await database.prisma.$executeRaw`
    INSERT INTO public.events (id, type, at, tenant_id, connection_id, data)
    SELECT e ->> 'id', e ->> 'type', (e ->> 'at')::timestamptz, e ->> 'tenantId', e ->> 'connectionId',
      CASE WHEN t.id IS NULL THEN e -> 'data'
      ELSE e -> 'data' || jsonb_build_object(
        'tenant', jsonb_build_object('id', t.id, 'name', t.name, 'reference', t.reference)) END
    FROM jsonb_array_elements(${JSON.stringify(events)}::jsonb) WITH ORDINALITY AS events (e, n)
    LEFT JOIN public.tenants t ON t.id = e ->> 'tenantId'
    ORDER BY n`;
}

export async function hasUnpublishedEvents(database: Database): Promise<boolean> {
  const rows = await database.prisma.$queryRaw<unknown[]>`
    SELECT FROM public.events WHERE position IS NULL LIMIT 1`;
  return rows.length > 0;
}

/** Locks the feed until the end of the transaction. Returns its last position; null: another publisher has the lock. */
export async function lockFeed(database: Database): Promise<bigint | null> {
  const rows = await database.prisma.$queryRaw<{ position: bigint }[]>`
    SELECT last_position AS position FROM public.event_feed FOR UPDATE SKIP LOCKED`;
  return rows[0]?.position ?? null;
}

/** Gives up to `limit` committed events the next positions after `last`, and returns them in their order. */
export async function publishBatch(
  database: Database,
  { last, limit }: { last: bigint; limit: number },
): Promise<PublishedEvent[]> {
  const published = await database.prisma.$queryRaw<PublishedEvent[]>`
    UPDATE public.events SET position = numbered.position
    FROM (
      SELECT unpublished.id AS unpublished_id, ${last}::bigint + row_number() OVER (ORDER BY sequence) AS position
      FROM (SELECT id, sequence FROM public.events WHERE position IS NULL ORDER BY sequence LIMIT ${limit}) unpublished
    ) numbered
    WHERE id = numbered.unpublished_id
    RETURNING id, type, at, tenant_id AS "tenantId", connection_id AS "connectionId", data, events.position`;
  const end = last + BigInt(published.length);
  await database.prisma.$executeRaw`UPDATE public.event_feed SET last_position = ${end}`;
  return published.sort((one, other) => Number(one.position - other.position));
}

export async function findPublishedEvent(database: Database, id: string): Promise<PublishedEvent | null> {
  const rows = await database.prisma.$queryRaw<PublishedEvent[]>`
    SELECT ${COLUMNS} FROM public.events WHERE id = ${id} AND position IS NOT NULL`;
  return rows[0] ?? null;
}

export async function findLastEvent(database: Database): Promise<PublishedEvent | null> {
  const rows = await database.prisma.$queryRaw<PublishedEvent[]>`
    SELECT ${COLUMNS} FROM public.events WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1`;
  return rows[0] ?? null;
}

/** The lowest position of an event since this time. */
export async function findFirstPositionSince(database: Database, time: Date): Promise<bigint | null> {
  const [row] = await database.prisma.$queryRaw<[{ position: bigint | null }]>`
    SELECT min(position) AS position FROM public.events WHERE at >= ${time}`;
  return row.position;
}

export interface EventFilter {
  types: readonly string[] | undefined;
  tenantId: string | undefined;
  connectionId: string | undefined;
}

/** Lists published events after one position and up to another, the oldest first. */
export async function listPublishedEvents(
  database: Database,
  { after, upTo, limit, ...filter }: EventFilter & { after: bigint; upTo: bigint; limit: number },
): Promise<PublishedEvent[]> {
  const { types, tenantId, connectionId } = filter;
  const ofTypes = types === undefined ? Prisma.empty : Prisma.sql`AND type = ANY (${[...types]}::text[])`;
  const ofTenant = tenantId === undefined ? Prisma.empty : Prisma.sql`AND tenant_id = ${tenantId}`;
  const ofConnection =
    connectionId === undefined ? Prisma.empty : Prisma.sql`AND connection_id = ${connectionId}`;
  return database.prisma.$queryRaw<PublishedEvent[]>`
    SELECT ${COLUMNS} FROM public.events
    WHERE position > ${after} AND position <= ${upTo} ${ofTypes} ${ofTenant} ${ofConnection}
    ORDER BY position LIMIT ${limit}`;
}
