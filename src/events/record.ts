import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { NewEvent } from './event.ts';
import { insertEvents } from './store.ts';

/** Inserts events in the transaction of the change, so that both are committed or neither. */
export async function recordChange(database: Database, clock: Clock, ...events: NewEvent[]): Promise<void> {
  const at = clock.now();
  await insertEvents(
    database,
    events.map((event) => ({ ...event, id: newId('event'), at })),
  );
}
