import type { Clock } from '../lib/clock.ts';
import { RateBudget } from '../lib/rate-budget.ts';
import { StsError } from './sts.ts';

interface StsBudgetOptions {
  clock: Clock;
  /** Maximum number of calls in any one second, over all tenants. */
  maxPerSecond: number;
  /** Maximum number of calls in any one second for one tenant. */
  maxPerSecondPerTenant: number;
  /** Called for each rejected call, for the metrics. */
  onExceeded?: (budget: 'tenant' | 'all') => void;
}

/** Limits the calls to STS: all tenants share the quota of the vendor's account, and one tenant must not exhaust it. */
export interface StsBudget {
  /**
   * Counts one call; with `null`, only towards the total.
   * @throws StsError `throttled` with `retryAfterSeconds`; the call must then not be sent
   */
  consume(tenantId: string | null): void;
  /** The number of calls that can be sent at this moment. */
  remaining(): number;
}

export function createStsBudget(options: StsBudgetOptions): StsBudget {
  const { clock, maxPerSecond, maxPerSecondPerTenant } = options;
  const budget = new RateBudget({ clock, maxPerSecond, maxPerSecondPerKey: maxPerSecondPerTenant });
  return {
    consume(tenantId) {
      const exceeded = budget.consume(tenantId);
      if (!exceeded) return;
      const limit = exceeded.limit === 'key' ? 'tenant' : 'all';
      options.onExceeded?.(limit);
      throw new StsError('throttled', `the budget of STS calls (${limit}) is exhausted`, {
        retryAfterSeconds: Math.max(1, Math.ceil(exceeded.retryAfterMs / 1000)),
      });
    },
    remaining: () => budget.remaining(),
  };
}
