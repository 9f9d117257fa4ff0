import type { ClientOptions } from '../http/send.ts';
import { CredentialSource } from './credential-source.ts';
import {
  type CountersignCredentialIdentity,
  type CredentialsRequest,
  createCredentialsFetcher,
} from './fetch-credentials.ts';

/** The connection whose credentials are needed, and how to reach Countersign. */
export interface FromCountersignInit extends CredentialsRequest, ClientOptions {
  /** Receives a warning when a refresh in the background fails. The `logger` of an AWS SDK client fits. */
  logger?: { warn(message: string): void } | undefined;
  /** Returns the current time; for tests. @default () => new Date() */
  now?: (() => Date) | undefined;
}

/**
 * A credential provider for the AWS SDK for JavaScript v3 (an `AwsCredentialIdentityProvider`). It caches and refreshes
 * by itself, so it may be called for every request. `memoized` tells the SDK not to add a cache of its own.
 */
export interface CountersignCredentialProvider {
  (identityProperties?: Record<string, unknown>): Promise<CountersignCredentialIdentity>;
  readonly memoized: true;
}

/**
 * Creates a credential provider that gets a tenant's credentials from Countersign and refreshes them in the background
 * before they expire. Simultaneous calls share one request.
 *
 * - After a retryable error it keeps returning credentials that are still valid.
 * - After any other error (`role_not_assumable`, `connection_not_verified`, `tenant_not_active`, `unauthorized`,
 *   `forbidden`, `not_found`, …) it discards them at once.
 *
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import { fromCountersign } from '@countersign/client';
 *
 * const s3 = new S3Client({
 *   region: 'eu-central-1',
 *   credentials: fromCountersign({ tenantId, connectionId }), // COUNTERSIGN_URL, COUNTERSIGN_KEY
 * });
 * ```
 *
 * Share one provider between all SDK clients of a connection: each provider has its own cache.
 * @throws CountersignError `invalid_options` if an ID is missing. The provider itself rejects with a CountersignError.
 */
export function fromCountersign(init: FromCountersignInit): CountersignCredentialProvider {
  const { now = () => new Date(), logger } = init;
  const source = new CredentialSource({
    fetchCredentials: createCredentialsFetcher(init, init),
    now: () => now().getTime(),
    onRefreshError: (error) =>
      logger?.warn(`@countersign/client - fromCountersign: refresh failed: ${error.message}`),
  });
  const provider = (properties?: Record<string, unknown>) =>
    source.get({ forceRefresh: properties?.forceRefresh === true });
  return Object.assign(provider, { memoized: true as const });
}
