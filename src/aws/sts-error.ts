import { StsError } from './sts.ts';

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

interface SdkError {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/**
 * Turns whatever the SDK throws into one of three meanings. Only AWS's own AccessDenied with its status is a "no":
 * a 403 page of a proxy, an expired broker token or a wrong clock say nothing about the customer's role.
 */
export function toStsError(error: unknown): StsError {
  if (error instanceof StsError) return error;
  const { name, message, $metadata } = (error ?? {}) as SdkError;
  const code = typeof name === 'string' ? name : 'Unknown';
  const options = { cause: error, awsRequestId: $metadata?.requestId ?? null };
  const text = `${code}: ${typeof message === 'string' ? message : ''}`;
  if ((code === 'AccessDenied' || code === 'AccessDeniedException') && $metadata?.httpStatusCode === 403) {
    return new StsError('denied', text, options);
  }
  if (THROTTLING.has(code) || $metadata?.httpStatusCode === 429)
    return new StsError('throttled', text, options);
  return new StsError('unavailable', text, options);
}
