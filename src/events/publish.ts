import type { Deps } from '../deps.ts';
import { hasUnpublishedEvents, lockFeed, publishBatch } from './store.ts';

const BATCH_SIZE = 200;

export type PublishDeps = Pick<Deps, 'database' | 'onEventsPublished'>;

/**
 * Gives committed events their positions in the feed. One process does so at a time, and only for what is committed, so a
 * reader who has seen a position never misses a lower one. Returns the number of events; 0 while another process does it.
 */
export async function publishEvents(deps: PublishDeps): Promise<number> {
  for (let total = 0; ; ) {
    if (!(await hasUnpublishedEvents(deps.database))) return total;
    const published = await tryPublishBatch(deps);
    total += published;
    if (published < BATCH_SIZE) return total;
  }
}

async function tryPublishBatch(deps: PublishDeps): Promise<number> {
  return deps.database.transaction(async (database) => {
    const last = await lockFeed(database);
    if (last === null) return 0;
    const events = await publishBatch(database, { last, limit: BATCH_SIZE });
    await deps.onEventsPublished(database, events);
    return events.length;
  });
}
