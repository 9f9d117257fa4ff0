import type { Config } from '../config/config.ts';
import { ENDED_SESSION_HOURS, SESSION_HOURS } from '../connect-links/sessions/session.ts';
import { IDEMPOTENCY_HOURS } from '../http/idempotency/idempotency-key.ts';
import { MAX_TOKEN_LIFETIME_SECONDS } from '../worker-identities/authenticate-token.ts';

/** Rows of a table that are deleted some time after their end. An index finds them by the column. */
export interface RetentionRule {
  /** For the log. */
  name: string;
  table: string;
  /** The column with the time from which the retention counts. */
  column: string;
  /** Which rows have an end at all; left out: every row. */
  condition?: string;
  retentionHours: number;
}

const DAY = 24;

/**
 * Everything that is deleted by its age. docs/operations.md lists the bound of every table. External IDs are never deleted,
 * audit events are archived, and an API key that the vendor created only ends.
 */
export const retentionRules = ({
  eventRetentionDays,
}: Pick<Config, 'eventRetentionDays'>): RetentionRule[] => [
  {
    // A week later, nobody looks for the token of a support case any more. Audit events keep its ID and name.
    name: 'tenant tokens',
    table: 'api_keys',
    column: 'expires_at',
    condition: "origin = 'tenant_token'",
    retentionHours: 7 * DAY,
  },
  {
    // Whoever finds the link in an old message still learns that it has expired. Its sessions end with it.
    name: 'connect links',
    table: 'connect_links',
    column: 'expires_at',
    retentionHours: 30 * DAY + SESSION_HOURS,
  },
  {
    name: 'sessions of the hosted page',
    table: 'connect_sessions',
    column: 'expires_at',
    retentionHours: ENDED_SESSION_HOURS,
  },
  { name: 'sessions of the console', table: 'console_sessions', column: 'ends_at', retentionHours: 0 },
  {
    // Long after the provider has forgotten the authorization code.
    name: 'used sign-ins',
    table: 'used_sign_ins',
    column: 'used_at',
    retentionHours: DAY,
  },
  {
    name: 'idempotency keys',
    table: 'idempotency_keys',
    column: 'created_at',
    retentionHours: IDEMPOTENCY_HOURS,
  },
  {
    // A limit whose arrival is in the past is the same as none.
    name: 'rate limits',
    table: 'rate_limits',
    column: 'theoretical_arrival_at',
    retentionHours: 1,
  },
  {
    // The results remain in the connections and in the audit log.
    name: 'verification runs',
    table: 'verification_runs',
    column: 'finished_at',
    condition: 'finished_at IS NOT NULL',
    retentionHours: DAY,
  },
  {
    // All tokens that were issued before have expired by then.
    name: 'token revocations',
    table: 'token_revocations',
    column: 'issued_before',
    condition: 'issued_before IS NOT NULL',
    retentionHours: MAX_TOKEN_LIFETIME_SECONDS / 3600 + 7 * DAY,
  },
  {
    // With their deliveries. The last event of the feed stays: whoever has read up to it must find it.
    name: 'events',
    table: 'events',
    column: 'at',
    condition: 'position < (SELECT last_position FROM public.event_feed)',
    retentionHours: eventRetentionDays * DAY,
  },
];
