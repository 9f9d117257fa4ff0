import type { Deps } from '../deps.ts';
import { invalidRequest, type Problem } from '../http/problem.ts';
import { decodeCursor, type EventCursor, encodeCursor } from './cursor.ts';
import type { PublishedEvent } from './event.ts';
import { type PublishDeps, publishEvents } from './publish.ts';
import {
  type EventFilter,
  findFirstPositionSince,
  findLastEvent,
  findPublishedEvent,
  listPublishedEvents,
} from './store.ts';

/** Longer than clocks differ and transactions last: how far back a reader resumes whose last event is unknown. */
const RESUME_MARGIN_MS = 15 * 60_000;

interface Range {
  after: string | undefined;
  /** Where to begin without a cursor; undefined: with the oldest event. */
  since: Date | undefined;
  limit: number;
}

/**
 * Lists events after the cursor, the oldest first. Its next cursor continues after all events that were considered, so
 * that a filter that matches nothing makes progress too. It first publishes what is committed, so that a caller sees the
 * events of its own earlier requests at once, unless another process is publishing at that moment.
 * @throws Problem `validation_failed`: the cursor was not issued here, or is older than the events that are kept
 */
export async function listEvents(
  deps: PublishDeps & Pick<Deps, 'clock' | 'config'>,
  { after, since, limit, ...filter }: EventFilter & Range,
): Promise<{ events: PublishedEvent[]; nextCursor: string | null }> {
  await publishEvents(deps);
  const start =
    after === undefined
      ? await positionBefore(deps.database, since)
      : await resumeAfter(deps, readCursor(after));
  const head = await findLastEvent(deps.database);
  if (head === null) return { events: [], nextCursor: after ?? null };
  const range = { after: start, upTo: head.position, limit };
  const events = await listPublishedEvents(deps.database, { ...filter, ...range });
  const last = events.length === limit ? events.at(-1) : head;
  return { events, nextCursor: encodeCursor(last ?? head) };
}

function readCursor(text: string): EventCursor {
  const cursor = decodeCursor(text);
  if (cursor === null) throw invalidCursor('must be the nextCursor of an earlier request');
  return cursor;
}

/**
 * The position after which to continue. After the database was restored from a backup, events of the cursor's time may be
 * missing and their positions in use by others. Then it continues some minutes before the cursor's event: a reader may
 * get an event twice, but misses none.
 */
async function resumeAfter(
  { database, clock, config }: Pick<Deps, 'database' | 'clock' | 'config'>,
  cursor: EventCursor,
): Promise<bigint> {
  const event = await findPublishedEvent(database, cursor.id);
  if (event?.position === cursor.position) return cursor.position;
  const keptSince = clock.now().getTime() - config.eventRetentionDays * 86_400_000;
  if (cursor.at.getTime() < keptSince) {
    throw invalidCursor(
      `is older than the events that are kept, ${config.eventRetentionDays} days. Some may be missing: read the current state, and begin without it`,
    );
  }
  return positionBefore(database, new Date(cursor.at.getTime() - RESUME_MARGIN_MS));
}

/** The position before the first event since a time; events that are published later have higher ones too. */
async function positionBefore(database: Deps['database'], since: Date | undefined): Promise<bigint> {
  if (since === undefined) return 0n;
  const first = await findFirstPositionSince(database, since);
  if (first !== null) return first - 1n;
  return (await findLastEvent(database))?.position ?? 0n;
}

function invalidCursor(message: string): Problem {
  return invalidRequest([{ path: 'after', message }]);
}
