import type { RequestOptions } from '../http/send.ts';
import type { Answer, Body, Call, Query } from './operation.ts';

const ALL = '/v1/tenants/{tenantId}/connect-links';

/** A link that lets a customer set up its role on the hosted page. `url` is shown once, when it is created. */
export type CreatedConnectLink = Answer<typeof ALL, 'post'>;
export type CreateConnectLinkInput = Body<typeof ALL, 'post'>;
export type ListConnectLinksInput = Query<typeof ALL>;
export type ConnectLinks = Answer<typeof ALL, 'get'>;

export type ConnectLinksApi = ReturnType<typeof connectLinks>;

export function connectLinks(call: Call) {
  return {
    create: (
      tenantId: string,
      input: CreateConnectLinkInput = {},
      options?: RequestOptions,
    ): Promise<CreatedConnectLink> => call('post', ALL, { path: { tenantId }, body: input }, options),
    /** One page, without the URLs. */
    list: (
      tenantId: string,
      input: ListConnectLinksInput = {},
      options?: RequestOptions,
    ): Promise<ConnectLinks> => call('get', ALL, { path: { tenantId }, query: input }, options),
    /** Holds from the next request on. */
    revoke: (tenantId: string, linkId: string, options?: RequestOptions): Promise<void> =>
      call(
        'delete',
        '/v1/tenants/{tenantId}/connect-links/{linkId}',
        { path: { tenantId, linkId } },
        options,
      ),
  };
}
