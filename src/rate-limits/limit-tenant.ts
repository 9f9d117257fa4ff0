import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { consumeRateLimit, type RateLimitedAction } from './store.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'config'>;

/** Stops a tenant from using verification to scan for roles in other accounts. @throws Problem `rate_limited` */
export async function limitVerifications(deps: Needs, tenantId: string): Promise<void> {
  await limitTenant(deps, tenantId, {
    action: 'verification',
    perMinute: deps.config.verificationsPerMinute,
    description: 'requested too many verifications',
  });
}

/** Parsing a policy takes time from the process that all tenants share. @throws Problem `rate_limited` */
export async function limitPolicyChecks(deps: Needs, tenantId: string): Promise<void> {
  await limitTenant(deps, tenantId, {
    action: 'policy_check',
    perMinute: deps.config.policyChecksPerMinute,
    description: 'requested too many trust policy checks',
  });
}

async function limitTenant(
  deps: Needs,
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
