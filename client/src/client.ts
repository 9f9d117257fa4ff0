import { createApiCaller } from './api/api-caller.ts';
import { type ApiKeysApi, createApiKeysApi } from './api/api-keys.ts';
import { type AuditApi, createAuditApi } from './api/audit.ts';
import { type ConnectLinksApi, createConnectLinksApi } from './api/connect-links.ts';
import { type ConnectionsApi, createConnectionsApi } from './api/connections.ts';
import { type CredentialsApi, createCredentialsApi } from './api/credentials.ts';
import { createExternalIdsApi, type ExternalIdsApi } from './api/external-ids.ts';
import { createProfilesApi, type ProfilesApi } from './api/profiles.ts';
import { createServiceApi, type ServiceApi } from './api/service.ts';
import { createSetupApi, type SetupApi } from './api/setup.ts';
import { createTenantsApi, type TenantsApi } from './api/tenants.ts';
import { createTokenRevocationsApi, type TokenRevocationsApi } from './api/token-revocations.ts';
import { createTrustPoliciesApi, type TrustPoliciesApi } from './api/trust-policies.ts';
import type { ClientOptions } from './http/send.ts';

/** Every operation of Countersign's HTTP API, grouped by resource. Create one with {@link createClient}. */
export interface CountersignClient {
  /** The vendor's customers, and tokens with which a customer calls the API itself. */
  readonly tenants: TenantsApi;
  /** A tenant's external ID and its rotation. */
  readonly externalIds: ExternalIdsApi;
  /** The setup kit: what a customer needs to create its role. */
  readonly setup: SetupApi;
  /** Links to the hosted page on which a customer connects its account. */
  readonly connectLinks: ConnectLinksApi;
  /** The customers' roles and their verification. */
  readonly connections: ConnectionsApi;
  /** Temporary AWS credentials; for worker keys only. */
  readonly credentials: CredentialsApi;
  /** Access profiles: named sets of permissions. */
  readonly profiles: ProfilesApi;
  /** API keys of the vendor's own programs and staff. */
  readonly apiKeys: ApiKeysApi;
  /** Revocation of the OIDC tokens of worker identities. */
  readonly tokenRevocations: TokenRevocationsApi;
  /** The audit log. */
  readonly audit: AuditApi;
  /** The offline check of a role's trust policy. */
  readonly trustPolicies: TrustPoliciesApi;
  /** Health and metrics of the service itself. */
  readonly service: ServiceApi;
}

/**
 * Creates a client of Countersign's API. This call opens no connection and reads no file: URL and key are resolved at
 * each request.
 *
 * Every method takes {@link RequestOptions} as its last argument and rejects with {@link CountersignError}. Any method
 * may reject with these codes; a method's own documentation lists only the codes that are specific to it:
 *
 * - `invalid_options`, `key_file_unavailable`, `network_error`, `timeout`, `unexpected_response`, `unrecognized`: see {@link ClientErrorCode}
 * - `unauthorized`, `forbidden`: the key is invalid, or its role does not permit the operation
 * - `not_found`: the resource does not exist, or belongs to a tenant that the key cannot see
 * - `validation_failed`, `external_id_not_settable`: the input is invalid; see `errors`
 * - `idempotency_key_reused`: another request was sent with the same `idempotencyKey`
 * - `rate_limited`, `overloaded`, `database_unavailable`, `audit_unavailable`, `internal_error`: see `retryAfterSeconds`
 *
 * ```ts
 * import { createClient } from '@countersign/client';
 *
 * const countersign = createClient({ url: 'https://countersign.example.com', key });
 * const tenant = await countersign.tenants.create({ name: 'Example Ltd' });
 * ```
 */
export function createClient(options: ClientOptions = {}): CountersignClient {
  const call = createApiCaller(options);
  return {
    tenants: createTenantsApi(call),
    externalIds: createExternalIdsApi(call),
    setup: createSetupApi(call),
    connectLinks: createConnectLinksApi(call),
    connections: createConnectionsApi(call),
    credentials: createCredentialsApi(call),
    profiles: createProfilesApi(call),
    apiKeys: createApiKeysApi(call),
    tokenRevocations: createTokenRevocationsApi(call),
    audit: createAuditApi(call),
    trustPolicies: createTrustPoliciesApi(call),
    service: createServiceApi(call),
  };
}
