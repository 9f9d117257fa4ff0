import { takeTurn } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';

/** Reading a policy is work for the process that everybody shares. @throws Problem `rate_limited` */
export async function limitChecks(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  tenantId: string,
): Promise<void> {
  const perMinute = deps.config.policyChecksPerMinute;
  const waitSeconds = await takeTurn(deps.database, {
    tenantId,
    perMinute,
    now: deps.clock.now(),
    action: 'policy_check',
  });
  if (waitSeconds === 0) return;
  throw new Problem(
    'rate_limited',
    `This tenant has had too many trust policies checked; ${perMinute} a minute are allowed. Try again in ${waitSeconds} s.`,
    { retryAfterSeconds: waitSeconds },
  );
}
