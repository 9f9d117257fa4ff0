import type { ConnectionStatus } from '../connections/connection.ts';

/** Seconds until a connection that is pending or unreachable is verified again, by its failures in a row. */
const RETRY_SECONDS = [15, 30, 60, 120, 300, 900];
/** After those, every hour for a day. */
const HOURLY_RETRIES = 24;
const HOUR_SECONDS = 3600;
/** After a verification without an outcome: AWS or the broker was at fault, and both recover soon. */
const INCONCLUSIVE_SECONDS = 60;
/** Spreads connections that failed together, so that they are not verified together for ever. */
const JITTER = 0.1;

interface NextVerificationInput {
  status: ConnectionStatus;
  /** Verifications in a row that were not assumable, the one just made included; 0 for a new connection. */
  failures: number;
  isInconclusive: boolean;
  /** An imported role that was never verified. Its customer changes it within days, so retries would only use up calls. */
  isLegacy: boolean;
  /** The schedule's interval for connections that are verified or insecure, in seconds. */
  intervalSeconds: number;
  /** A number from 0 to 1. */
  random: number;
}

/**
 * Seconds until a connection is verified again by itself. A role that is created or fixed is noticed after seconds at
 * first, and within the schedule's interval at the latest. null for a disabled connection.
 */
export function secondsUntilNextVerification(input: NextVerificationInput): number | null {
  const { status, failures, isInconclusive, isLegacy, intervalSeconds, random } = input;
  if (status === 'disabled') return null;
  const heals = !isLegacy && (status === 'pending' || status === 'unreachable');
  const delay = isInconclusive ? INCONCLUSIVE_SECONDS : heals ? retrySeconds(failures) : intervalSeconds;
  return Math.min(delay ?? intervalSeconds, intervalSeconds) * (1 - JITTER * random);
}

function retrySeconds(failures: number): number | undefined {
  const attempt = Math.max(0, failures - 1);
  if (attempt < RETRY_SECONDS.length) return RETRY_SECONDS[attempt];
  return attempt < RETRY_SECONDS.length + HOURLY_RETRIES ? HOUR_SECONDS : undefined;
}
