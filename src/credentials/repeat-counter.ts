import type { Clock } from '../lib/clock.ts';

/** Sessions of workers that are remembered. Each takes about 1 kB. */
const MAX_ENTRIES = 50_000;
const BATCH_SIZE = 500;

/** Hand-outs of one session to one worker for one purpose since the last summary. */
interface Repeats {
  count: number;
  firstAt: Date;
  lastAt: Date;
}

interface Entry<HandOut> {
  handOut: HandOut;
  /** When the session ends; then nobody gets it any more. */
  endsAt: Date;
  /** Resolves when the event of the first hand-out is durable. */
  first: Promise<void>;
  repeats: Repeats | null;
}

interface RepeatCounterOptions<HandOut> {
  clock: Clock;
  /** Writes the event of the repetitions, and resolves when it is durable. */
  writeSummary: (handOut: HandOut, repeats: Repeats) => Promise<void>;
  maxEntries?: number;
}

/**
 * Counts how often a session was handed to the same worker again. The first time is an event of its own, which is durable
 * before the worker gets the session: that is when a holder is added. Only counts are held in memory, until the next summary.
 */
export class RepeatCounter<HandOut> {
  readonly #entries = new Map<string, Entry<HandOut>>();
  readonly #options: RepeatCounterOptions<HandOut>;
  readonly #maxEntries: number;
  /** False after a summary could not be written: then nothing is counted, so that a crash loses no more than it would. */
  #mayCount = true;

  constructor(options: RepeatCounterOptions<HandOut>) {
    this.#options = options;
    this.#maxEntries = options.maxEntries ?? MAX_ENTRIES;
  }

  /**
   * Records a hand-out: by `writeEvent` if it may be the first one of this key in this process, else by counting it.
   * @throws whatever `writeEvent` throws: then the session must not be handed out
   */
  async record(
    key: string,
    input: { handOut: HandOut; endsAt: Date },
    writeEvent: () => Promise<void>,
  ): Promise<void> {
    const entry = this.#entries.get(key);
    if (!this.#mayCount || (!entry && this.#entries.size >= this.#maxEntries)) return writeEvent();
    if (!entry) return this.#recordFirst(key, { ...input, first: writeEvent(), repeats: null });
    await entry.first;
    // It may have been removed meanwhile, and a summary may have failed.
    if (this.#entries.get(key) !== entry || !this.#mayCount) return writeEvent();
    const now = this.#options.clock.now();
    entry.repeats ??= { count: 0, firstAt: now, lastAt: now };
    entry.repeats.count++;
    entry.repeats.lastAt = now;
  }

  async #recordFirst(key: string, entry: Entry<HandOut>): Promise<void> {
    this.#entries.set(key, entry);
    try {
      await entry.first;
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }

  /**
   * Writes a summary of each session that was handed out again, and deletes sessions that have ended.
   * @throws the first error; these counts are written next time, and until then every hand-out is an event
   */
  async flush(): Promise<void> {
    const due = [...this.#entries.values()].filter(({ repeats }) => repeats !== null);
    for (let first = 0; first < due.length; first += BATCH_SIZE) {
      const results = await Promise.allSettled(
        due.slice(first, first + BATCH_SIZE).map((entry) => this.#flushEntry(entry)),
      );
      const failed = results.find((result) => result.status === 'rejected');
      this.#mayCount = failed === undefined;
      if (failed) throw failed.reason;
    }
    this.#mayCount = true;
    const now = this.#options.clock.now();
    for (const [key, { endsAt, repeats }] of this.#entries)
      if (endsAt <= now && repeats === null) this.#entries.delete(key);
  }

  async #flushEntry(entry: Entry<HandOut>): Promise<void> {
    const { repeats } = entry;
    if (repeats === null) return;
    entry.repeats = null;
    try {
      await this.#options.writeSummary(entry.handOut, repeats);
    } catch (error) {
      entry.repeats = merge(repeats, entry.repeats);
      throw error;
    }
  }
}

function merge(earlier: Repeats, later: Repeats | null): Repeats {
  if (later === null) return earlier;
  return { count: earlier.count + later.count, firstAt: earlier.firstAt, lastAt: later.lastAt };
}
