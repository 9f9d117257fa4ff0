import { performance } from 'node:perf_hooks';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { type UnavailableReason, unavailableReason } from './database-error.ts';

/** During an outage, the database is checked this often. */
const CHECK_INTERVAL_MS = 1_000;
/** Anybody may ask whether the process is ready, and must not cause any number of statements by that. */
const MAX_CHECK_AGE_MS = 250;

interface MonitorOptions {
  /** Does what requests do. Rejects if they would fail. */
  check: () => Promise<void>;
  log: Log;
  onFailure: (reason: UnavailableReason) => void;
}

/** Knows whether the database is available. An outage is logged when it begins and when it ends. */
export interface DatabaseMonitor {
  /** Whether an outage was noticed that has not ended yet. */
  readonly isFailing: boolean;
  /** Reports whether requests can be served now. */
  isAvailable(): Promise<boolean>;
  /**
   * Counts the failure of a request or of other work.
   * @returns false if the database is not the cause. Then the caller has to log the error
   */
  report(error: unknown, source?: 'request'): boolean;
  stop(): void;
}

export function createDatabaseMonitor({ check, log, onFailure }: MonitorOptions): DatabaseMonitor {
  const flight = singleFlight<boolean>();
  let outage: Outage | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastCheck = { at: Number.NEGATIVE_INFINITY, succeeded: false };

  const runCheck = (): Promise<boolean> =>
    flight('check', async () => {
      const error = await check().then(
        () => null,
        (error: unknown) => error ?? new Error('the check failed'),
      );
      if (error !== null) noticeFailure(error, 'check');
      lastCheck = { at: performance.now(), succeeded: error === null };
      return lastCheck.succeeded;
    });

  const noticeFailure = (error: unknown, source?: Source): void => {
    const reason = unavailableReason(error);
    outage ??= beginOutage(reason, error);
    if (source === 'request') outage.failedRequests++;
    outage.isQuiet = false;
    if (reason !== null && source !== 'check') onFailure(reason);
  };

  const beginOutage = (reason: UnavailableReason | null, error: unknown): Outage => {
    log.error({ reason, error: messageOf(error) }, 'the database is unavailable');
    scheduleCheck();
    return { startedAt: performance.now(), failedRequests: 0, isQuiet: true };
  };

  const scheduleCheck = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => void endIfAvailable(), CHECK_INTERVAL_MS);
    timer.unref();
  };

  /** A check may succeed while other statements fail. The outage ends when neither has failed for a while. */
  const endIfAvailable = async (): Promise<void> => {
    if (!outage) return;
    const wasQuiet = outage.isQuiet;
    outage.isQuiet = true;
    if (!((await runCheck()) && wasQuiet && outage.isQuiet)) return scheduleCheck();
    const seconds = Math.round((performance.now() - outage.startedAt) / 1000);
    log.info({ failedRequests: outage.failedRequests, seconds }, 'the database is available again');
    outage = null;
  };

  return {
    get isFailing() {
      return outage !== null;
    },
    isAvailable: () => {
      const isRecent = performance.now() - lastCheck.at < MAX_CHECK_AGE_MS;
      return isRecent ? Promise.resolve(lastCheck.succeeded) : runCheck();
    },
    report(error, source) {
      if (unavailableReason(error) === null) return false;
      noticeFailure(error, source);
      return true;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

type Source = 'request' | 'check';

interface Outage {
  startedAt: number;
  failedRequests: number;
  /** Whether nothing has failed since the last check. */
  isQuiet: boolean;
}

/** One line without a stack. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}

/** A log that reports the failures of the database to the monitor, and writes everything else. */
export function logWithoutOutages(log: Log, monitor: Pick<DatabaseMonitor, 'report'>): Log {
  const isReported = (fields: object): boolean => 'err' in fields && monitor.report(fields.err);
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => isReported(fields) || log.warn(fields, message),
    error: (fields, message) => isReported(fields) || log.error(fields, message),
  };
}
