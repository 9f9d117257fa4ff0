import { createClient } from '../client.ts';
import { CountersignError, invalidOptions } from '../error.ts';
import type { ClientOptions } from '../http/send.ts';

/** Credentials in the format of the AWS SDK for JavaScript v3 (`AwsCredentialIdentity`); no property is optional. */
export interface CountersignCredentialIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  /** ID of the customer's AWS account. */
  readonly accountId: string;
}

/** The connection whose credentials are needed, and the limits of the session. */
export interface CredentialsRequest {
  tenantId: string;
  connectionId: string;
  /** Name of the access profile that limits the session. Default: the key's only profile, or else the connection's. */
  profile?: string | undefined;
  /** Duration of the session in seconds, 900 to 3600. @default 3600 */
  durationSeconds?: number | undefined;
  /** The purpose of the session, for the audit log. */
  purpose?: string | undefined;
}

/**
 * Returns a function that fetches new credentials. It resolves URL and key at each call.
 * @throws CountersignError `invalid_options` if an ID is missing
 */
export function createCredentialsFetcher(
  request: CredentialsRequest,
  client: ClientOptions,
): () => Promise<CountersignCredentialIdentity> {
  const { tenantId, connectionId, profile, durationSeconds, purpose } = request;
  for (const [name, id] of Object.entries({ tenantId, connectionId })) {
    if (typeof id !== 'string' || id === '') throw invalidOptions(`${name} is missing.`);
  }
  const { issueCredentials } = createClient(client);
  return async () =>
    toIdentity(await issueCredentials({ tenantId, connectionId, durationSeconds, profile, purpose }));
}

/**
 * Converts the response after validating it: with an empty key an SDK would still sign requests, and without an
 * expiration it would never refresh.
 */
function toIdentity(response: Record<string, unknown>): CountersignCredentialIdentity {
  const requireText = (name: string): string => {
    const value = response[name];
    if (typeof value !== 'string' || value === '') throw incompleteCredentials();
    return value;
  };
  const expiration = new Date(requireText('expiresAt'));
  if (Number.isNaN(expiration.getTime())) throw incompleteCredentials();
  return {
    accessKeyId: requireText('accessKeyId'),
    secretAccessKey: requireText('secretAccessKey'),
    sessionToken: requireText('sessionToken'),
    accountId: requireText('accountId'),
    expiration,
  };
}

function incompleteCredentials(): CountersignError {
  return new CountersignError(
    'unexpected_response',
    'The server responded with incomplete credentials. Check the URL of Countersign.',
  );
}
