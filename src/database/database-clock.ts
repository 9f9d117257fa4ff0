import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type ScheduledJob, schedule } from '../lib/schedule.ts';
import type { Database } from './database.ts';

/** The offset is measured again this often: clocks drift, and a failover moves the database to another host. */
const MEASURING_INTERVAL_MS = 5_000;
/** A smaller change of the offset to the host's clock is not worth a line in the log. */
const MIN_REPORTED_CHANGE_MS = 1000;
/** PostgreSQL counts microseconds, which a Date cuts off. */
const RESOLUTION_MS = 1;

interface DatabaseClockOptions {
  /** Asks the database for its time. */
  readTime: () => Promise<Date>;
  hostClock: Clock;
  log: Log;
}

/**
 * The database's clock, as this process knows it. Everything that replicas share goes by it, so that a wrong clock of one
 * host does no harm. Between measurements it advances with the monotonic clock, so that a step of the host's wall clock
 * has no effect. It follows a step of the database's clock within seconds.
 */
export interface DatabaseClock extends Clock {
  /** Measures the offset now. */
  measure(): Promise<void>;
  stop: ScheduledJob['stop'];
}

/** Measures the database's clock once, and from then on regularly. Rejects when the database does not answer. */
export async function startDatabaseClock(options: DatabaseClockOptions): Promise<DatabaseClock> {
  const { readTime, hostClock } = options;
  const monotonicMs = (): number => hostClock.monotonicMs?.() ?? hostClock.now().getTime();
  const reportOffset = offsetReporter(options.log);
  let offsetMs = Number.NaN;
  const now = (): Date => new Date(monotonicMs() + offsetMs);
  const measure = async (): Promise<void> => {
    const sentAtMs = monotonicMs();
    const timeMs = (await readTime()).getTime();
    // The true offset lies between these two. One that does is kept, so that a slow measurement makes nothing worse.
    const earliest = timeMs - monotonicMs();
    const latest = timeMs + RESOLUTION_MS - sentAtMs;
    if (!(offsetMs >= earliest && offsetMs <= latest)) offsetMs = (earliest + latest) / 2;
    reportOffset(now().getTime() - hostClock.now().getTime());
  };
  // The first query also opens a connection, so that only the second is exact.
  await measure();
  await measure();
  // An outage of the database is reported by everything else. The offset stays right meanwhile.
  const { stop } = schedule(MEASURING_INTERVAL_MS, measure, () => undefined);
  return { now, monotonicMs, measure, stop };
}

export function readDatabaseTime(database: Database): () => Promise<Date> {
  return async () => {
    const [row] = await database.query<{ now: Date }>({
      name: 'read_clock',
      text: 'SELECT clock_timestamp() AS now',
      values: [],
    });
    if (!row) throw new Error('the database returned no time');
    return row.now;
  };
}

/** Logs each change of the offset once: when the host's clock becomes wrong, when it steps, and when it is right again. */
function offsetReporter(log: Log): (offsetMs: number) => void {
  let reportedMs = 0;
  return (offsetMs) => {
    if (Math.abs(offsetMs - reportedMs) < MIN_REPORTED_CHANGE_MS) return;
    const isWrong = Math.abs(offsetMs) >= MIN_REPORTED_CHANGE_MS;
    reportedMs = isWrong ? offsetMs : 0;
    const fields = { clockOffsetSeconds: Math.round(offsetMs / 1000) };
    if (isWrong)
      log.warn(
        fields,
        "the clock of this host differs from the database's; what replicas share goes by the database's",
      );
    else log.info(fields, 'the clock of this host agrees with that of the database again');
  };
}
