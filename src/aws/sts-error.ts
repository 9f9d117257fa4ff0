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

/** How the SDK's HTTP handler ends an attempt that took too long, and one whose call did. */
const OUT_OF_TIME = new Set(['TimeoutError', 'AbortError']);

interface SdkError {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/**
 * Turns whatever the SDK throws into one of a few meanings. Only AWS's own AccessDenied with its status is a "no":
 * a 403 page of a proxy, an expired broker token or a wrong clock say nothing about the customer's role.
 *
 * @param throttledBefore whether STS throttled an earlier attempt of the same call: when its time is then up, that is why
 */
export function toStsError(error: unknown, throttledBefore = false): StsError {
  if (error instanceof StsError) return error;
  const { name, message, $metadata } = (error ?? {}) as SdkError;
  const code = typeof name === 'string' ? name : 'Unknown';
  const options = { cause: error, awsRequestId: $metadata?.requestId ?? null };
  const text = `${code}: ${typeof message === 'string' ? message : ''}`;
  if ((code === 'AccessDenied' || code === 'AccessDeniedException') && $metadata?.httpStatusCode === 403) {
    return new StsError('denied', text, options);
  }
  const throttled = THROTTLING.has(code) || $metadata?.httpStatusCode === 429;
  if (throttled || (throttledBefore && OUT_OF_TIME.has(code))) {
    return new StsError('throttled', text, options);
  }
  const policyFailure = POLICY_FAILURES[code.replace(/Exception$/, '')];
  return new StsError(policyFailure ?? 'unavailable', text, options);
}
