import type { AwsErrorCode } from './protocol/aws-error.ts';

/**
 * A fault that the AWS emulator can simulate:
 * - `throttle` responds with Throttling
 * - `error` responds with status 500
 * - `deny` responds with AccessDenied, whatever the role's trust policy allows
 * - `hang` does not respond until the faults are cleared
 * - `garbage` responds with HTML
 * - `close` drops the connection
 * - `slow` delays the response
 * - `clock-skew` uses a clock that is ahead or behind
 */
export type FaultMode = 'throttle' | 'error' | 'deny' | 'hang' | 'garbage' | 'close' | 'slow' | 'clock-skew';

const TERMINAL_MODES: ReadonlySet<FaultMode> = new Set(['throttle', 'error', 'deny', 'garbage', 'close']);

/** Selects the calls that a fault affects, by default all of them, and configures it. */
export interface FaultOptions {
  /** For example `AssumeRole`. */
  readonly operation?: string;
  readonly roleArn?: string;
  /** `null` selects calls without an external ID. */
  readonly externalId?: string | null;
  /** The number of calls that the fault affects; unlimited by default. */
  readonly times?: number;
  /** For `garbage`: the HTTP status, 200 by default. */
  readonly status?: number;
  /** For `deny`: another error than AccessDenied. */
  readonly code?: AwsErrorCode;
  /** For `slow`. */
  readonly delayMs?: number;
  /** For `clock-skew`; positive is ahead. */
  readonly skewSeconds?: number;
}

interface FaultTarget {
  readonly operation: string;
  readonly roleArn: string | null;
  readonly externalId: string | null;
}

export interface Fault extends FaultOptions {
  readonly mode: FaultMode;
  /** Resolves when the fault is cleared. */
  readonly cleared: Promise<void>;
}

interface ActiveFault {
  readonly fault: Fault;
  readonly resolveCleared: () => void;
  remainingTimes: number;
}

/** The active faults of an emulator. */
export class Faults {
  #active: ActiveFault[] = [];

  /** Activates a fault in addition to those that are active. */
  set(mode: FaultMode, options: FaultOptions = {}): void {
    const { promise, resolve } = withResolvers();
    const fault = { ...options, mode, cleared: promise };
    const remainingTimes = options.times ?? Number.POSITIVE_INFINITY;
    this.#active.push({ fault, resolveCleared: resolve, remainingTimes });
  }

  /** Deactivates all faults. Calls that hang continue normally. */
  clear(): void {
    for (const { resolveCleared } of this.#active) resolveCleared();
    this.#active = [];
  }

  /** Returns the faults that affect a call, in activation order up to the first that ends it, and counts each of them. */
  consumeMatching(target: FaultTarget): Fault[] {
    const matching = this.#active.filter(
      ({ fault, remainingTimes }) => remainingTimes > 0 && isAffected(fault, target),
    );
    const terminal = matching.findIndex(({ fault }) => TERMINAL_MODES.has(fault.mode));
    const consumed = terminal < 0 ? matching : matching.slice(0, terminal + 1);
    for (const active of consumed) active.remainingTimes--;
    return consumed.map(({ fault }) => fault);
  }
}

function isAffected(fault: FaultOptions, target: FaultTarget): boolean {
  return (
    (fault.operation === undefined || fault.operation === target.operation) &&
    (fault.roleArn === undefined || fault.roleArn === target.roleArn) &&
    (fault.externalId === undefined || fault.externalId === target.externalId)
  );
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
