import type { Database } from '../database/database.ts';

/** Actions with a rate limit for each tenant, independent of each other. */
export type RateLimitedAction = 'verification' | 'verification_retry' | 'policy_check' | 'connect_link';

interface RateLimitRequest {
  tenantId: string;
  action: RateLimitedAction;
  perMinute: number;
  /** How many of `perMinute` this caller leaves to other callers. */
  reserved?: number;
  now: Date;
}

/**
 * Consumes one of a tenant's `perMinute` actions. Returns 0, or the seconds to wait if the limit is reached. The state is
 * in the database, so that one limit holds for all replicas together. The generic cell rate algorithm needs only one
 * timestamp for each tenant and action, and cannot be exceeded at the edge of a time window, as a counter can.
 */
export async function consumeRateLimit(database: Database, request: RateLimitRequest): Promise<number> {
  const { tenantId, action, perMinute, reserved = 0, now } = request;
  const intervalMs = 60_000 / perMinute;
  const latest = new Date(now.getTime() + (perMinute - 1 - reserved) * intervalMs);
  const consumed = await database.prisma.$executeRaw`
    INSERT INTO public.rate_limits AS r (tenant_id, action, theoretical_arrival_at)
    VALUES (${tenantId}, ${action}, ${new Date(now.getTime() + intervalMs)})
    ON CONFLICT (tenant_id, action) DO UPDATE
    SET theoretical_arrival_at = greatest(r.theoretical_arrival_at, ${now}) + ${intervalMs} * interval '1 millisecond'
    WHERE r.theoretical_arrival_at <= ${latest}`;
  if (consumed === 1) return 0;
  const rows = await database.prisma.$queryRaw<{ at: Date }[]>`
    SELECT theoretical_arrival_at AS at FROM public.rate_limits WHERE tenant_id = ${tenantId} AND action = ${action}`;
  return Math.max(1, Math.ceil(((rows[0]?.at ?? now).getTime() - latest.getTime()) / 1000));
}
