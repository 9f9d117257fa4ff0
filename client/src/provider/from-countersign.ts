import type { ClientOptions } from '../http/send.ts';
import { CredentialSource } from './credential-source.ts';
import { type ConnectionChoice, type CountersignCredentialIdentity, drawer } from './identity.ts';

export interface FromCountersignInit extends ConnectionChoice, ClientOptions {
  /** Told of renewals in the background that failed. The `logger` of an SDK client fits. */
  logger?: { warn(message: string): void } | undefined;
  /** The current time. @default () => new Date() */
  now?: (() => Date) | undefined;
}

/**
 * Credentials for the AWS SDK for JavaScript v3: fits `AwsCredentialIdentityProvider`. It keeps and renews them by
 * itself, so it can be called for each request; the SDK sees `memoized` and does not wrap it in a cache of its own.
 */
export interface CountersignCredentialProvider {
  (identityProperties?: Record<string, unknown>): Promise<CountersignCredentialIdentity>;
  readonly memoized: true;
}

/**
 * Creates a credential provider that draws a tenant's credentials from Countersign and renews them in the background
 * before they end. Through a passing fault it goes on with those that are valid; when Countersign refuses
 * (`role_not_assumable`, `connection_not_verified`, `tenant_not_active`, `unauthorized`, `forbidden`, `not_found`, …)
 * it drops them at once. Any number of callers at the same time make one request.
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
 * Give one tenant's clients one provider: each has credentials of its own.
 * @throws CountersignError `invalid_options` when an ID is missing; the provider rejects with a CountersignError
 */
export function fromCountersign(init: FromCountersignInit): CountersignCredentialProvider {
  const { now = () => new Date(), logger } = init;
  const source = new CredentialSource({
    draw: drawer(init, init),
    now: () => now().getTime(),
    onFault: (error) =>
      logger?.warn(`@countersign/client - fromCountersign: renewal failed: ${error.message}`),
  });
  const provider = (properties?: Record<string, unknown>) =>
    source.get({ forceRefresh: properties?.forceRefresh === true });
  return Object.assign(provider, { memoized: true as const });
}
