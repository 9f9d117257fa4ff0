/**
 * What the local AWS can be told to do wrong:
 * `throttle` answers Throttling; `error` answers 500; `hang` never answers until cleared; `garbage` answers HTML;
 * `close` drops the connection; `slow` waits first; `clock-skew` works with a clock that is off.
 */
export type FaultMode = 'throttle' | 'error' | 'hang' | 'garbage' | 'close' | 'slow' | 'clock-skew';

const ENDS_THE_CALL: ReadonlySet<FaultMode> = new Set(['throttle', 'error', 'garbage', 'close']);

/** Which calls a fault strikes, and how; all of them without these. */
export interface FaultOptions {
  /** Such as `AssumeRole`. */
  readonly operation?: string;
  readonly roleArn?: string;
  /** `null` strikes calls that send none. */
  readonly externalId?: string | null;
  /** How often it strikes before it is over; for ever by default. */
  readonly times?: number;
  /** For `garbage`: the HTTP status, 200 by default. */
  readonly status?: number;
  /** For `slow`, in milliseconds. */
  readonly delayMs?: number;
  /** For `clock-skew`, in seconds; positive is ahead. */
  readonly skewSeconds?: number;
}

export interface FaultTarget {
  readonly operation: string;
  readonly roleArn: string | null;
  readonly externalId: string | null;
}

export interface Fault extends FaultOptions {
  readonly mode: FaultMode;
  /** Settles when the fault is cleared. */
  readonly cleared: Promise<void>;
}

interface Armed {
  readonly fault: Fault;
  readonly release: () => void;
  left: number;
}

/** The faults that are switched on. */
export class Faults {
  #armed: Armed[] = [];

  /** Switches a fault on, beside those that are. */
  set(mode: FaultMode, options: FaultOptions = {}): void {
    const { promise, resolve } = withResolvers();
    const fault = { ...options, mode, cleared: promise };
    this.#armed.push({ fault, release: resolve, left: options.times ?? Number.POSITIVE_INFINITY });
  }

  /** Switches all off; calls that hang go on as if nothing had been. */
  clear(): void {
    for (const { release } of this.#armed) release();
    this.#armed = [];
  }

  /** The faults that strike a call, in the order they were set, up to the first that ends it; each counts it. */
  strike(target: FaultTarget): Fault[] {
    const due = this.#armed.filter((armed) => armed.left > 0 && applies(armed.fault, target));
    const end = due.findIndex(({ fault }) => ENDS_THE_CALL.has(fault.mode));
    const struck = end < 0 ? due : due.slice(0, end + 1);
    for (const armed of struck) armed.left--;
    return struck.map(({ fault }) => fault);
  }
}

function applies(fault: FaultOptions, target: FaultTarget): boolean {
  return (
    (fault.operation === undefined || fault.operation === target.operation) &&
    (fault.roleArn === undefined || fault.roleArn === target.roleArn) &&
    (fault.externalId === undefined || fault.externalId === target.externalId)
  );
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
