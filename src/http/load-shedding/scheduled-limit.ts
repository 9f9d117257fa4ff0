import { performance } from 'node:perf_hooks';
import { type LimitedRequest, RequestLimit } from './request-limit.ts';

export interface ScheduledLimit {
  readonly active: number;
  readonly waiting: number;
  enter(request: LimitedRequest): void;
  leave(): void;
  /** @returns false if too many requests are suspended */
  suspend(): boolean;
  resume(): void;
  startWaiting(): void;
}

/** A RequestLimit that admits and rejects waiting requests by itself. */
export function scheduleLimit(options: { max: number; isPaused(): boolean }): ScheduledLimit {
  const limit = new RequestLimit({ ...options, now: () => performance.now() });
  let isAdmissionScheduled = false;
  let isRejectionScheduled = false;

  const startWaiting = (): void => {
    isAdmissionScheduled = false;
    limit.startWaiting();
  };
  const scheduleAdmission = (): void => {
    if (isAdmissionScheduled || limit.waiting === 0) return;
    isAdmissionScheduled = true;
    // Requests of a batch end together, so those that follow are admitted together too, and share statements again.
    setImmediate(startWaiting);
  };
  const rejectOutdated = (): void => {
    const nextMs = limit.rejectOutdated();
    isRejectionScheduled = false;
    scheduleRejection(nextMs);
  };
  const scheduleRejection = (delayMs: number): void => {
    if (isRejectionScheduled || limit.waiting === 0) return;
    isRejectionScheduled = true;
    setTimeout(rejectOutdated, delayMs);
  };

  return {
    get active() {
      return limit.active;
    },
    get waiting() {
      return limit.waiting;
    },
    enter(request) {
      limit.enter(request);
      scheduleRejection(0);
    },
    leave() {
      limit.leave();
      scheduleAdmission();
    },
    suspend() {
      const isSuspended = limit.suspend();
      if (isSuspended) scheduleAdmission();
      return isSuspended;
    },
    resume: () => limit.resume(),
    startWaiting,
  };
}
