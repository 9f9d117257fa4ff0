import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { consumeRateLimit, type RateLimitedAction } from './store.ts';

type LimitDeps = Pick<Deps, 'database' | 'clock' | 'config'>;

/** Stops a tenant from using verification to scan for roles in other accounts. @throws Problem `rate_limited` */
export async function limitVerifications(deps: LimitDeps, tenantId: string): Promise<void> {
  await limitTenant(deps, tenantId, {
    action: 'verification',
    perMinute: deps.config.verificationsPerMinute,
    description: 'requested too many verifications',
  });
}

/**
 * Stops one tenant from slowing down all others: parsing policies takes CPU time of a process that they share.
 * @throws Problem `rate_limited`
 */
export async function limitPolicyChecks(deps: LimitDeps, tenantId: string): Promise<void> {
  await limitTenant(deps, tenantId, {
    action: 'policy_check',
    perMinute: deps.config.policyChecksPerMinute,
    description: 'requested too many trust policy checks',
  });
}

async function limitTenant(
  deps: LimitDeps,
  tenantId: string,
  limit: { action: RateLimitedAction; perMinute: number; description: string },
): Promise<void> {
  const { action, perMinute, description } = limit;
  const waitSeconds = await consumeRateLimit(deps.database, {
    tenantId,
    action,
    perMinute,
    now: deps.clock.now(),
  });
  if (waitSeconds === 0) return;
  throw new Problem(
    'rate_limited',
    `This tenant has ${description}; ${perMinute} a minute are allowed. Try again in ${waitSeconds} s.`,
    { retryAfterSeconds: waitSeconds },
  );
}
