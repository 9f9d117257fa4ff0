import { type ApiKeysApi, apiKeys } from './api/api-keys.ts';
import { type AuditApi, audit } from './api/audit.ts';
import { type ConnectLinksApi, connectLinks } from './api/connect-links.ts';
import { type ConnectionsApi, connections } from './api/connections.ts';
import { type CredentialsApi, credentials } from './api/credentials.ts';
import { type ExternalIdsApi, externalIds } from './api/external-ids.ts';
import { caller } from './api/operation.ts';
import { type ProfilesApi, profiles } from './api/profiles.ts';
import { type ServiceApi, service } from './api/service.ts';
import { type SetupApi, setup } from './api/setup.ts';
import { type TenantsApi, tenants } from './api/tenants.ts';
import { type TokenRevocationsApi, tokenRevocations } from './api/token-revocations.ts';
import { type TrustPoliciesApi, trustPolicies } from './api/trust-policies.ts';
import type { ClientOptions } from './http/send.ts';

/** Every operation of Countersign's API, by noun. */
export interface CountersignClient {
  readonly tenants: TenantsApi;
  readonly externalIds: ExternalIdsApi;
  readonly setup: SetupApi;
  readonly connectLinks: ConnectLinksApi;
  readonly connections: ConnectionsApi;
  readonly credentials: CredentialsApi;
  readonly profiles: ProfilesApi;
  readonly apiKeys: ApiKeysApi;
  readonly tokenRevocations: TokenRevocationsApi;
  readonly audit: AuditApi;
  readonly trustPolicies: TrustPoliciesApi;
  readonly service: ServiceApi;
}

/**
 * A client of Countersign's API. Nothing is opened or read by this call: URL and key are looked up at each request.
 *
 * Every method takes {@link RequestOptions} last and rejects with {@link CountersignError}; decide by its `code`.
 *
 * ```ts
 * import { createClient } from '@countersign/client';
 *
 * const countersign = createClient({ url: 'https://countersign.example.com', key });
 * const tenant = await countersign.tenants.create({ name: 'Example Ltd' });
 * ```
 */
export function createClient(options: ClientOptions = {}): CountersignClient {
  const call = caller(options);
  return {
    tenants: tenants(call),
    externalIds: externalIds(call),
    setup: setup(call),
    connectLinks: connectLinks(call),
    connections: connections(call),
    credentials: credentials(call),
    profiles: profiles(call),
    apiKeys: apiKeys(call),
    tokenRevocations: tokenRevocations(call),
    audit: audit(call),
    trustPolicies: trustPolicies(call),
    service: service(call),
  };
}
