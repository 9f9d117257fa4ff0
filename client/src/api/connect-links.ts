import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, ResponseBody, Schema } from './operation.ts';
import type { Page } from './pages.ts';

const LINKS = '/v1/tenants/{tenantId}/connect-links';

/** A link that lets a customer connect its account on the hosted page, without its URL. */
export type ConnectLink = Schema<'ConnectLink'>;
/** A new link; `url` contains its secret, which the service shows only once. */
export type CreatedConnectLink = ResponseBody<typeof LINKS, 'post'>;
/** Return URL, lifetime in seconds and access profile of a new link. */
export type CreateConnectLinkInput = RequestBody<typeof LINKS, 'post'>;
/** Page size (1 to 200, default 50) and cursor. */
export type ListConnectLinksInput = Query<typeof LINKS>;

export type ConnectLinksApi = ReturnType<typeof createConnectLinksApi>;

export function createConnectLinksApi(call: ApiCaller) {
  return {
    /**
     * Creates a link for a tenant. Send its `url` to the customer: it cannot be read again.
     * @throws CountersignError `tenant_not_active`
     */
    create: (
      tenantId: string,
      input: CreateConnectLinkInput = {},
      options?: RequestOptions,
    ): Promise<CreatedConnectLink> => call('post', LINKS, { path: { tenantId }, body: input }, options),
    /** Returns one page of a tenant's links. */
    list: (
      tenantId: string,
      input: ListConnectLinksInput = {},
      options?: RequestOptions,
    ): Promise<Page<ConnectLink>> => call('get', LINKS, { path: { tenantId }, query: input }, options),
    /** Revokes a link, the links created from its page, and their sessions, from the next request on. */
    revoke: (tenantId: string, linkId: string, options?: RequestOptions): Promise<void> =>
      call(
        'delete',
        '/v1/tenants/{tenantId}/connect-links/{linkId}',
        { path: { tenantId, linkId } },
        options,
      ),
  };
}
