import { StsError, type StsFailure } from './sts.ts';

/** "Common errors" of the STS API reference, with what the SDKs treat as throttling (AWS SDKs guide, "Retry behavior"). */
const THROTTLING = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
]);

/** The session policies and tags do not fit once STS packed them, or are no policies (STS API reference, AssumeRole). */
const POLICY_FAILURES: Record<string, StsFailure> = {
  PackedPolicyTooLarge: 'policy_too_large',
  MalformedPolicyDocument: 'policy_malformed',
};

/** "Common errors" of the STS API reference: the broker's keys have come to their end, or are none of AWS's any more. */
const KEYS_REFUSED = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId']);

/** How the SDK's HTTP handler ends an attempt that took too long, and `sts-client.ts` a call. */
const OUT_OF_TIME = 'TimeoutError';

interface SdkError {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

interface Attempts {
  /** What the last attempt that left ended with; undefined: none left, or none has ended. */
  lastError?: unknown;
  /** Whether STS throttled an earlier attempt of the same call: when its time is then up, that is why. */
  throttled?: boolean;
}

/**
 * Turns whatever the SDK throws into one of a few meanings. Only AWS's own AccessDenied with its status, as the answer
 * to this very call, is a "no": a 403 page of a proxy, an expired broker token or a wrong clock say nothing about the
 * customer's role, and neither does AWS denying the broker its own role, which the SDK assumes between attempts.
 */
export function toStsError(error: unknown, attempts: Attempts): StsError {
  if (error instanceof StsError) return error;
  const { name, message, $metadata } = (error ?? {}) as SdkError;
  const code = typeof name === 'string' ? name : 'Unknown';
  const options = { cause: error, awsRequestId: $metadata?.requestId ?? null };
  const text = `${code}: ${typeof message === 'string' ? message : ''}`;
  const answered = error === attempts.lastError;
  const denied = code === 'AccessDenied' || code === 'AccessDeniedException';
  if (answered && denied && $metadata?.httpStatusCode === 403) {
    return new StsError('denied', text, options);
  }
  const throttled = THROTTLING.has(code) || $metadata?.httpStatusCode === 429;
  if (throttled || (attempts.throttled && code === OUT_OF_TIME)) {
    return new StsError('throttled', text, options);
  }
  const policyFailure = answered && POLICY_FAILURES[code.replace(/Exception$/, '')];
  return new StsError(policyFailure || 'unavailable', text, options);
}

/** Whether an attempt ended because AWS takes the broker's keys no more. */
export function refusesKeys(error: unknown): boolean {
  return error instanceof Error && KEYS_REFUSED.has(error.name);
}
