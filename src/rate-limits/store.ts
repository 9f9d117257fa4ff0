import type { Database } from '../database/database.ts';

/** Actions with a rate limit for each tenant, independent of each other; for attempts to sign in, for each address. */
export type RateLimitedAction =
  | 'verification'
  | 'verification_retry'
  | 'policy_check'
  | 'connect_link'
  | 'console_sign_in';

interface RateLimitRequest {
  tenantId: string;
  action: RateLimitedAction;
  perMinute: number;
  /** How many of `perMinute` this caller leaves to other callers. */
  reserved?: number;
  now: Date;
}

/** A limit after a request was counted or refused. */
interface RateLimitState {
  /** 0 if the request was counted, otherwise the seconds until the next one can be. */
  waitSeconds: number;
  /** How many more requests are allowed at this moment. */
  remaining: number;
  /** Seconds until the whole limit is available again. */
  resetSeconds: number;
}

/** No arrival is further ahead. A later one was stored before the database's clock was set back, and does not count. */
const MAX_ARRIVAL_AHEAD_MS = 120_000;

const CONSUME = `INSERT INTO public.rate_limits AS r (tenant_id, action, theoretical_arrival_at)
  VALUES ($1, $2, $3)
  ON CONFLICT (tenant_id, action) DO UPDATE
  SET theoretical_arrival_at = $4::float8 * interval '1 millisecond' + greatest(
    CASE WHEN r.theoretical_arrival_at <= $7 THEN r.theoretical_arrival_at END, $5::timestamptz)
  WHERE r.theoretical_arrival_at <= $6 OR r.theoretical_arrival_at > $7
  RETURNING theoretical_arrival_at AS at`;

/**
 * Consumes one of a tenant's `perMinute` actions, unless the limit is reached. The state is in the database, so that one
 * limit holds for all replicas together. The generic cell rate algorithm needs only one timestamp for each tenant and
 * action, and cannot be exceeded at the edge of a time window, as a counter can.
 */
export async function consumeRateLimit(
  database: Database,
  request: RateLimitRequest,
): Promise<RateLimitState> {
  const { tenantId, action, perMinute, reserved = 0, now } = request;
  const intervalMs = 60_000 / perMinute;
  const latest = new Date(now.getTime() + (perMinute - 1 - reserved) * intervalMs);
  const latestValid = new Date(now.getTime() + MAX_ARRIVAL_AHEAD_MS);
  const [consumed] = await database.runPrepared<{ at: Date }>({
    name: 'consume_rate_limit',
    text: CONSUME,
    values: [tenantId, action, new Date(now.getTime() + intervalMs), intervalMs, now, latest, latestValid],
  });
  const secondsFromNow = (at: Date): number => Math.ceil((at.getTime() - now.getTime()) / 1000);
  if (consumed) {
    const unusedMs = latest.getTime() + intervalMs - consumed.at.getTime();
    // The database rounds to microseconds, and Date to milliseconds.
    const remaining = Math.max(0, Math.round(unusedMs / intervalMs - 0.49));
    return { waitSeconds: 0, remaining, resetSeconds: secondsFromNow(consumed.at) };
  }
  const [current = { at: now }] = await database.runPrepared<{ at: Date }>({
    name: 'find_rate_limit',
    text: 'SELECT theoretical_arrival_at AS at FROM public.rate_limits WHERE tenant_id = $1 AND action = $2',
    values: [tenantId, action],
  });
  const waitSeconds = Math.max(1, Math.ceil((current.at.getTime() - latest.getTime()) / 1000));
  return { waitSeconds, remaining: 0, resetSeconds: secondsFromNow(current.at) };
}
