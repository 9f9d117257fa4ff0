import type { Clock } from '../lib/clock.ts';
import { RateBudget } from '../lib/rate-budget.ts';
import { StsError } from './sts.ts';

export interface StsBudgetOptions {
  clock: Clock;
  /** Most calls in any one second, of all tenants together. */
  perSecond: number;
  /** Most calls in any one second for one tenant. */
  perTenant: number;
  /** Told of each call that was refused, for the metrics. */
  onRefused?: (budget: 'tenant' | 'all') => void;
}

/** What may leave for STS: its quota belongs to the vendor's account, and one noisy tenant must not use it up. */
export interface StsBudget {
  /**
   * Takes one call. `null` counts for all and for no tenant.
   * @throws StsError `throttled` with `retryAfterSeconds`; nothing was sent then
   */
  take(tenantId: string | null): void;
  /** How many calls may still leave at this moment. */
  remaining(): number;
}

export function createStsBudget(options: StsBudgetOptions): StsBudget {
  const { clock, perSecond, perTenant } = options;
  const budget = new RateBudget({ clock, perSecond, perKey: perTenant });
  return {
    take(tenantId) {
      const refusal = budget.take(tenantId);
      if (!refusal) return;
      const which = refusal.limit === 'key' ? 'tenant' : 'all';
      options.onRefused?.(which);
      throw new StsError('throttled', `the budget of STS calls (${which}) is used up`, {
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.retryAfterMs / 1000)),
      });
    },
    remaining: () => budget.remaining(),
  };
}
