import type { CountersignCredentialIdentity } from '../../provider/fetch-credentials.ts';

/** Omits milliseconds, which some SDKs cannot parse. */
function formatExpiration(expiration: Date): string {
  return `${expiration.toISOString().slice(0, 19)}Z`;
}

/**
 * Converts to the output of `credential_process` (AWS SDKs and Tools Reference Guide, "Process credential provider").
 * Without `Expiration`, SDKs would treat the credentials as permanent.
 */
export function toProcessCredentials(identity: CountersignCredentialIdentity) {
  return {
    Version: 1,
    AccessKeyId: identity.accessKeyId,
    SecretAccessKey: identity.secretAccessKey,
    SessionToken: identity.sessionToken,
    Expiration: formatExpiration(identity.expiration),
    AccountId: identity.accountId,
  };
}

/** Converts to the response of a container credentials endpoint, where the session token is called `Token`. */
export function toContainerCredentials(identity: CountersignCredentialIdentity) {
  return {
    AccessKeyId: identity.accessKeyId,
    SecretAccessKey: identity.secretAccessKey,
    Token: identity.sessionToken,
    Expiration: formatExpiration(identity.expiration),
    AccountId: identity.accountId,
  };
}

export function toEnvironmentVariables(identity: CountersignCredentialIdentity): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    AWS_SESSION_TOKEN: identity.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: formatExpiration(identity.expiration),
  };
}
