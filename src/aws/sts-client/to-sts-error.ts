import { StsError, type StsFailure } from '../sts.ts';

/** The error codes that the SDKs treat as throttling (STS API reference, "Common errors"; AWS SDKs guide, "Retry behavior"). */
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

/** Session policies and tags that are too large after STS packed them, or malformed (STS API reference, AssumeRole). */
const POLICY_FAILURES: Record<string, StsFailure> = {
  PackedPolicyTooLarge: 'policy_too_large',
  MalformedPolicyDocument: 'policy_malformed',
};

/** AWS lets an account disable Regions (IAM User Guide, "Manage AWS STS in an AWS Region"). */
const REGION_DISABLED = new Set(['RegionDisabled', 'RegionDisabledException']);

/** The broker's credentials have expired or no longer exist (STS API reference, "Common errors"). */
const REJECTED_CREDENTIALS = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId']);

/** The name of the error when an attempt (SDK) or a whole call (`call-sender.ts`) takes too long. */
export const TIMEOUT_ERROR = 'TimeoutError';

interface SdkError {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

interface AttemptHistory {
  /** Whether at least one attempt was sent. Before that, a call waits only for the broker's credentials. */
  isSent?: boolean;
  /** The error of the last attempt that was sent; undefined when none was sent or none has ended. */
  lastError?: unknown;
  /** Whether STS throttled the last attempt. If the call then times out, throttling is the reason. */
  isThrottled?: boolean;
}

/**
 * Classifies an error of the SDK. A call is `denied` only if STS itself responded to it with AccessDenied and status 403.
 * Other errors say nothing about the customer's role:
 * - a 403 page of a proxy
 * - expired credentials of the broker, or a wrong clock
 * - AccessDenied for the broker's own role, which the SDK assumes between attempts
 *
 * Without credentials that STS accepts, the fault is the broker's (`no_credentials`).
 */
export function toStsError(error: unknown, attempts: AttemptHistory): StsError {
  if (error instanceof StsError) return error;
  const { name, message, $metadata } = (error ?? {}) as SdkError;
  const code = typeof name === 'string' ? name : 'Unknown';
  const options = { cause: error, awsRequestId: $metadata?.requestId ?? null };
  const text = `${code}: ${typeof message === 'string' ? message : ''}`;
  const isResponse = error === attempts.lastError;
  const isDenial = code === 'AccessDenied' || code === 'AccessDeniedException';
  if (isResponse && isDenial && $metadata?.httpStatusCode === 403) {
    return new StsError('denied', text, options);
  }
  const isThrottled = THROTTLING.has(code) || $metadata?.httpStatusCode === 429;
  if (isThrottled || (attempts.isThrottled && code === TIMEOUT_ERROR)) {
    return new StsError('throttled', text, options);
  }
  if (isClockRejection(code, text)) return new StsError('clock_wrong', text, options);
  const isDeniedCredentials = isDenial && !isResponse;
  if (isDeniedCredentials || isCredentialsRejection(error) || !attempts.isSent)
    return new StsError('no_credentials', text, options);
  if (isResponse && REGION_DISABLED.has(code)) return new StsError('region_disabled', text, options);
  const policyFailure = isResponse && POLICY_FAILURES[code.replace(/Exception$/, '')];
  return new StsError(policyFailure || 'unavailable', text, options);
}

/** The codes for a request that was signed too long ago or in the future (IAM User Guide, "Troubleshoot signed requests"). */
const CLOCK_CODES = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);

function isClockRejection(code: string, text: string): boolean {
  return (
    CLOCK_CODES.has(code) ||
    (code === 'SignatureDoesNotMatch' && /Signature (expired|not yet current)/.test(text))
  );
}

/** Whether AWS rejected the broker's credentials. */
export function isCredentialsRejection(error: unknown): boolean {
  return error instanceof Error && REJECTED_CREDENTIALS.has(error.name);
}
