import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, ResponseBody, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

const TENANTS = '/v1/tenants';
const TENANT = '/v1/tenants/{tenantId}';
const TOKENS = '/v1/tenants/{tenantId}/tokens';

/** A customer of the vendor, with the external ID that was issued to it. */
export type Tenant = Schema<'Tenant'>;
/** Name, reference and metadata of a new tenant. Its external ID cannot be chosen. */
export type CreateTenantInput = RequestBody<typeof TENANTS, 'post'>;
/** The fields of a tenant to change. */
export type UpdateTenantInput = RequestBody<typeof TENANT, 'patch'>;
/** Filter by reference, page size (1 to 200, default 50) and cursor. */
export type ListTenantsInput = Query<typeof TENANTS>;
/** A short-lived API key of role `tenant`, with which a customer calls the API for its own tenant only. */
export type TenantToken = ResponseBody<typeof TOKENS, 'post'>;
/** Lifetime of the token in seconds, 300 to 86400. Default: 3600. */
export type CreateTenantTokenInput = RequestBody<typeof TOKENS, 'post'>;

export type TenantsApi = ReturnType<typeof createTenantsApi>;

export function createTenantsApi(call: ApiCaller) {
  const list = (input: ListTenantsInput = {}, options?: RequestOptions): Promise<Page<Tenant>> =>
    call('get', TENANTS, { query: input }, options);
  return {
    /**
     * Creates a tenant and issues its external ID.
     * @throws CountersignError `conflict` if another tenant has the same `reference`
     */
    create: (input: CreateTenantInput, options?: RequestOptions): Promise<Tenant> =>
      call('post', TENANTS, { body: input }, options),
    /** Returns a tenant. */
    get: (tenantId: string, options?: RequestOptions): Promise<Tenant> =>
      call('get', TENANT, { path: { tenantId } }, options),
    /** Returns one page of tenants. */
    list,
    /** Iterates over all matching tenants and fetches page after page. */
    listAll: (
      input: Omit<ListTenantsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<Tenant, void, undefined> =>
      iteratePages((cursor) => list({ ...input, cursor }, options)),
    /**
     * Changes name, reference or metadata, or suspends or reactivates the tenant. Not retried on failure.
     * @throws CountersignError `tenant_not_active` if the tenant is offboarded; `conflict` if the reference is taken
     */
    update: (tenantId: string, input: UpdateTenantInput, options?: RequestOptions): Promise<Tenant> =>
      call('patch', TENANT, { path: { tenantId }, body: input }, options),
    /** Offboards a tenant permanently: retires its external IDs and disables its connections. */
    offboard: (tenantId: string, options?: RequestOptions): Promise<void> =>
      call('delete', TENANT, { path: { tenantId } }, options),
    /**
     * Creates a token for the customer. The response's `token` cannot be read again.
     * @throws CountersignError `tenant_not_active` if the tenant is offboarded
     */
    createToken: (
      tenantId: string,
      input: CreateTenantTokenInput = {},
      options?: RequestOptions,
    ): Promise<TenantToken> => call('post', TOKENS, { path: { tenantId }, body: input }, options),
  };
}
