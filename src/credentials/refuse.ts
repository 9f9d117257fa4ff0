import { bringVerificationForward } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { invalidRequest, notFound, Problem } from '../http/problem.ts';
import type { Refusal } from './decide.ts';

/** How long a verification usually takes from the time at which it is due. */
const VERIFICATION_SECONDS = 2;

/**
 * Answers a refused request. Where the connection is verified again by itself, the answer has `Retry-After`; a worker
 * waits for it, so that is brought forward.
 * @throws Problem always
 */
export async function refuse(
  deps: Pick<Deps, 'database' | 'clock'>,
  { tenantId, connectionId }: { tenantId: string; connectionId: string },
  refusal: Refusal,
): Promise<never> {
  const now = deps.clock.now();
  switch (refusal.code) {
    case 'not_found':
      throw notFound();
    case 'validation_failed':
      throw invalidRequest(refusal.errors);
    case 'connection_not_verified': {
      const where = { id: connectionId, tenantId };
      const dueAt = refusal.heals ? await bringVerificationForward(deps.database, where, now) : null;
      const seconds = dueAt && secondsUntil(dueAt, now) + VERIFICATION_SECONDS;
      throw new Problem(refusal.code, refusal.detail, retryAfter(seconds));
    }
    case 'role_not_assumable': {
      const { nextVerificationAt } = refusal;
      const seconds = nextVerificationAt && Math.max(1, secondsUntil(nextVerificationAt, now));
      throw new Problem(refusal.code, refusal.detail, retryAfter(seconds));
    }
    default:
      throw new Problem(refusal.code, refusal.detail);
  }
}

function secondsUntil(time: Date, now: Date): number {
  return Math.max(0, Math.ceil((time.getTime() - now.getTime()) / 1000));
}

function retryAfter(seconds: number | null): { retryAfterSeconds?: number } {
  return seconds === null ? {} : { retryAfterSeconds: seconds };
}
