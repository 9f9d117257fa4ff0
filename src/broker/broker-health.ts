import type { Clock } from '../lib/clock.ts';

export type BrokerStatus = 'working' | 'failing' | 'unknown';

/** Why a broker fails: codes for programs, a sentence and next steps for the vendor's staff. */
export interface BrokerProblem {
  code: BrokerProblemCode;
  detail: string;
  nextSteps: string[];
}

type BrokerProblemCode = 'assume_role_denied' | 'canary_denied' | 'no_credentials';

export interface BrokerState {
  status: BrokerStatus;
  statusSince: Date;
  problem: BrokerProblem | null;
}

/** How long a failure counts while there is no role that could prove it again. */
const MAX_FAILING_WITHOUT_EVIDENCE_MS = 15 * 60_000;

/**
 * The state of one broker, as this process sees it. An AssumeRole that AWS allows proves that the broker works, whoever
 * asked for it; so one success ends `failing` at once, and nobody can keep a working broker in that state.
 */
export class BrokerHealth {
  readonly #clock: Clock;
  readonly #onChange: (before: BrokerState, after: BrokerState) => void;
  #state: BrokerState;
  /** When the latest call began that AWS allowed, and the latest check in which it denied everything. */
  #allowedAt = Number.NEGATIVE_INFINITY;
  #deniedAt = Number.NEGATIVE_INFINITY;

  constructor(options: { clock: Clock; onChange: (before: BrokerState, after: BrokerState) => void }) {
    this.#clock = options.clock;
    this.#onChange = options.onChange;
    this.#state = { status: 'unknown', statusSince: options.clock.now(), problem: null };
  }

  get state(): BrokerState {
    return this.#state;
  }

  /** Records an AssumeRole that AWS allowed, by the time at which the call began. */
  recordAllowed(startedAt: Date): void {
    this.#allowedAt = Math.max(this.#allowedAt, startedAt.getTime());
    // An answer that arrives late says nothing about a failure that was found after its call began.
    if (this.#state.status === 'failing' && this.#allowedAt < this.#deniedAt) return;
    this.#change('working', null);
  }

  /** Records that AWS denied everything, or that there were no credentials, in a check that began at this time. */
  recordFailing(startedAt: Date, problem: BrokerProblem): void {
    if (startedAt.getTime() < this.#allowedAt) return;
    this.#deniedAt = Math.max(this.#deniedAt, startedAt.getTime());
    this.#change('failing', problem);
  }

  /**
   * Whether the broker was found failing, and recently enough to count without another role to ask. Later, its state is
   * unknown: the only connection that is left must not be taken for healthy for ever.
   */
  isFailingSince(now: Date): boolean {
    if (this.#state.status !== 'failing') return false;
    if (now.getTime() - this.#deniedAt < MAX_FAILING_WITHOUT_EVIDENCE_MS) return true;
    this.#change('unknown', null);
    return false;
  }

  /** Records that STS accepted the broker's credentials, which says nothing about its permission to assume roles. */
  recordCredentials(startedAt: Date): void {
    if (this.#state.problem?.code !== 'no_credentials' || startedAt.getTime() < this.#deniedAt) return;
    this.#change('unknown', null);
  }

  /** Whose a denial at this time is, by calls that began later; null when none did. */
  evidenceSince(time: Date): 'connection' | 'broker' | null {
    const latest = Math.max(this.#allowedAt, this.#deniedAt);
    if (latest <= time.getTime()) return null;
    return this.#allowedAt >= this.#deniedAt ? 'connection' : 'broker';
  }

  #change(status: BrokerStatus, problem: BrokerProblem | null): void {
    const before = this.#state;
    if (before.status === status && before.problem?.code === problem?.code) return;
    const statusSince = before.status === status ? before.statusSince : this.#clock.now();
    this.#state = { status, statusSince, problem };
    this.#onChange(before, this.#state);
  }
}
