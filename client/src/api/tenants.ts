import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Answer, Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** A customer of the vendor, with the external ID that was issued to it. */
export type Tenant = components['schemas']['Tenant'];
export type CreateTenantInput = Body<'/v1/tenants', 'post'>;
export type UpdateTenantInput = Body<'/v1/tenants/{tenantId}', 'patch'>;
export type ListTenantsInput = Query<'/v1/tenants'>;
/** A short-lived key of role `tenant`. */
export type TenantToken = Answer<'/v1/tenants/{tenantId}/tokens', 'post'>;
export type CreateTenantTokenInput = Body<'/v1/tenants/{tenantId}/tokens', 'post'>;

const ONE = '/v1/tenants/{tenantId}';

export type TenantsApi = ReturnType<typeof tenants>;

export function tenants(call: Call) {
  const list = (input: ListTenantsInput = {}, options?: RequestOptions): Promise<Page<Tenant>> =>
    call('get', '/v1/tenants', { query: input }, options);
  return {
    /** Creates a tenant; its external ID is issued with it and cannot be chosen. */
    create: (input: CreateTenantInput, options?: RequestOptions): Promise<Tenant> =>
      call('post', '/v1/tenants', { body: input }, options),
    get: (tenantId: string, options?: RequestOptions): Promise<Tenant> =>
      call('get', ONE, { path: { tenantId } }, options),
    /** One page. */
    list,
    /** Every tenant, page by page. */
    all: (
      input: Omit<ListTenantsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<Tenant, void, undefined> =>
      allPages((cursor) => list({ ...input, ...(cursor !== undefined && { cursor }) }, options)),
    /** Changes name, reference, metadata, or suspends and reactivates. Never repeated by itself. */
    update: (tenantId: string, input: UpdateTenantInput, options?: RequestOptions): Promise<Tenant> =>
      call('patch', ONE, { path: { tenantId }, body: input }, options),
    /** Ends the tenant for good; its external IDs are never issued again. */
    offboard: (tenantId: string, options?: RequestOptions): Promise<void> =>
      call('delete', ONE, { path: { tenantId } }, options),
    /** A short-lived key with which the customer calls the API itself, for this tenant alone. */
    createToken: (
      tenantId: string,
      input: CreateTenantTokenInput = {},
      options?: RequestOptions,
    ): Promise<TenantToken> =>
      call('post', '/v1/tenants/{tenantId}/tokens', { path: { tenantId }, body: input }, options),
  };
}
