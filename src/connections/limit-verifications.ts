import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { takeTurn } from './store.ts';

/** Keeps a tenant from using verification to scan for roles in other accounts. @throws Problem `rate_limited` */
export async function limitVerifications(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  tenantId: string,
): Promise<void> {
  const perMinute = deps.config.verificationsPerMinute;
  const waitSeconds = await takeTurn(deps.database, { tenantId, perMinute, now: deps.clock.now() });
  if (waitSeconds === 0) return;
  throw new Problem(
    'rate_limited',
    `This tenant has asked for too many verifications; ${perMinute} a minute are allowed. Try again in ${waitSeconds} s.`,
    { retryAfterSeconds: waitSeconds },
  );
}
