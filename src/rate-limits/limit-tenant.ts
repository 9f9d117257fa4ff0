import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { consumeRateLimit, type RateLimitedAction } from './store.ts';

type LimitDeps = Pick<Deps, 'database' | 'clock' | 'config'>;

/** Headers that tell a client its limit, after draft-ietf-httpapi-ratelimit-headers-10. */
export type RateLimitFields = { 'ratelimit-policy': string; ratelimit: string };

/** Stops a tenant from using verification to scan for roles in other accounts. @throws Problem `rate_limited` */
export async function limitVerifications(deps: LimitDeps, tenantId: string): Promise<RateLimitFields> {
  return limitTenant(deps, tenantId, {
    action: 'verification',
    perMinute: deps.config.verificationsPerMinute,
    description: 'requested too many verifications',
  });
}

/**
 * Stops one tenant from slowing down all others: parsing policies takes CPU time of a process that they share.
 * @throws Problem `rate_limited`
 */
export async function limitPolicyChecks(deps: LimitDeps, tenantId: string): Promise<RateLimitFields> {
  return limitTenant(deps, tenantId, {
    action: 'policy_check',
    perMinute: deps.config.policyChecksPerMinute,
    description: 'requested too many trust policy checks',
  });
}

async function limitTenant(
  deps: LimitDeps,
  tenantId: string,
  limit: { action: RateLimitedAction; perMinute: number; description: string },
): Promise<RateLimitFields> {
  const { action, perMinute, description } = limit;
  const { waitSeconds, remaining, resetSeconds } = await consumeRateLimit(deps.database, {
    tenantId,
    action,
    perMinute,
    now: deps.clock.now(),
  });
  const fields = {
    'ratelimit-policy': `"${action}";q=${perMinute};w=60`,
    // At the limit, `t` must be the same time as Retry-After.
    ratelimit: `"${action}";r=${remaining};t=${waitSeconds || resetSeconds}`,
  };
  if (waitSeconds === 0) return fields;
  throw new Problem(
    'rate_limited',
    `This tenant has ${description}; ${perMinute} a minute are allowed. Try again in ${waitSeconds} s.`,
    { retryAfterSeconds: waitSeconds, headers: fields },
  );
}
