import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** A failure of the provider, for the person and for the log. */
interface ProviderFailure {
  reason: 'denied_by_provider' | 'provider_unavailable' | 'invalid_response';
  code: string;
  message: string;
}

/** Codes of the provider's answer that mean that it will work later (RFC 6749, section 4.1.2.1). */
const TEMPORARY = ['server_error', 'temporarily_unavailable'];

/**
 * Describes an error of the exchange with the provider. The error itself is never logged: its cause can hold the code, the
 * tokens or the claims.
 */
export function providerFailure(error: unknown): ProviderFailure {
  if (error instanceof AuthorizationResponseError) {
    const reason = TEMPORARY.includes(error.error) ? 'provider_unavailable' : 'denied_by_provider';
    return { reason, code: toCode(error.error), message: 'The provider answered with an error.' };
  }
  if (error instanceof ResponseBodyError) {
    const reason = error.status >= 500 ? 'provider_unavailable' : 'invalid_response';
    return {
      reason,
      code: toCode(error.error),
      message: `The provider answered with status ${error.status}.`,
    };
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    reason: isUnreachable(error) ? 'provider_unavailable' : 'invalid_response',
    code: toCode(code),
    message: String(message).slice(0, 200),
  };
}

/** The library wraps what the connection threw; a response of the wrong form has a code of its own. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  if (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT') return true;
  if (error.code === undefined) return true;
  return error.cause instanceof Response && error.cause.status >= 500;
}

/** The text comes from the address of the callback, so anybody may have written it. */
function toCode(code: unknown): string {
  return typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : 'unknown';
}
