import type { CountersignCredentialIdentity } from '../provider/identity.ts';

/** Without milliseconds: some SDKs read no more than seconds. */
function seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/**
 * What `credential_process` prints (AWS SDKs and Tools Reference Guide, "Process credential provider"). Without
 * `Expiration` it would never be called again.
 */
export function processCredentials(identity: CountersignCredentialIdentity) {
  return {
    Version: 1,
    AccessKeyId: identity.accessKeyId,
    SecretAccessKey: identity.secretAccessKey,
    SessionToken: identity.sessionToken,
    Expiration: seconds(identity.expiration),
    AccountId: identity.accountId,
  };
}

/** What SDKs read from a container's endpoint ("Container credential provider"): the token has another name there. */
export function containerCredentials(identity: CountersignCredentialIdentity) {
  return {
    AccessKeyId: identity.accessKeyId,
    SecretAccessKey: identity.secretAccessKey,
    Token: identity.sessionToken,
    Expiration: seconds(identity.expiration),
    AccountId: identity.accountId,
  };
}

export function environmentCredentials(identity: CountersignCredentialIdentity): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    AWS_SESSION_TOKEN: identity.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: seconds(identity.expiration),
  };
}
