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

interface Outage {
  startedAt: number;
  failedRequests: number;
  /** Whether nothing has failed since the last check. */
  isQuiet: boolean;
}

/** Knows whether the database is available. An outage is logged when it begins and when it ends. */
export class DatabaseMonitor {
  readonly #options: MonitorOptions;
  readonly #flight = singleFlight<boolean>();
  #outage: Outage | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #lastCheck = { at: Number.NEGATIVE_INFINITY, succeeded: false };

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Whether an outage was noticed that has not ended yet. */
  get isFailing(): boolean {
    return this.#outage !== null;
  }

  /** Reports whether requests can be served now. */
  async isAvailable(): Promise<boolean> {
    if (this.#isStopped) return false;
    const { at, succeeded } = this.#lastCheck;
    return performance.now() - at < MAX_CHECK_AGE_MS ? succeeded : this.#check();
  }

  /**
   * Counts the failure of a request or of other work.
   * @returns false if the database is not the cause. Then the caller has to log the error
   */
  report(error: unknown, source?: 'request'): boolean {
    const reason = unavailableReason(error);
    if (reason === null) return false;
    const outage = this.#noticeFailure(error);
    if (source === 'request') outage.failedRequests++;
    this.#options.onFailure(reason);
    return true;
  }

  /** Call this before the database is closed: connections that end then are no outage. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #check(): Promise<boolean> {
    return this.#flight('check', async () => {
      const succeeded = await this.#options.check().then(
        () => true,
        (error: unknown) => {
          this.#noticeFailure(error);
          return false;
        },
      );
      this.#lastCheck = { at: performance.now(), succeeded };
      return succeeded;
    });
  }

  #noticeFailure(error: unknown): Outage {
    this.#outage ??= this.#beginOutage(error);
    this.#outage.isQuiet = false;
    return this.#outage;
  }

  #beginOutage(error: unknown): Outage {
    const fields = { reason: unavailableReason(error), error: rootMessage(error) };
    this.#options.log.error(fields, 'the database is unavailable');
    this.#scheduleCheck();
    return { startedAt: performance.now(), failedRequests: 0, isQuiet: true };
  }

  #scheduleCheck(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#endIfAvailable(), CHECK_INTERVAL_MS);
    this.#timer.unref();
  }

  /** A check may succeed while other statements fail. The outage ends when neither has failed for a while. */
  async #endIfAvailable(): Promise<void> {
    const outage = this.#outage;
    if (!outage) return;
    const wasQuiet = outage.isQuiet;
    outage.isQuiet = true;
    if (!((await this.#check()) && wasQuiet && outage.isQuiet)) return this.#scheduleCheck();
    const seconds = Math.round((performance.now() - outage.startedAt) / 1000);
    const { failedRequests } = outage;
    this.#options.log.info({ failedRequests, seconds }, 'the database is available again');
    this.#outage = null;
  }
}

/** The message of the first cause, in one line and without a stack. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const message = root instanceof Error ? root.message : String(root);
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
