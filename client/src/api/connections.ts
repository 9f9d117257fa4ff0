import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** An IAM role in a customer's account, registered for one tenant. */
export type Connection = components['schemas']['Connection'];
/** What the probes found. A verification that fails is an answer with its `outcome`, not an error. */
export type Verification = components['schemas']['Verification'];
export type RegisterConnectionInput = Body<'/v1/tenants/{tenantId}/connections', 'post'>;
export type ListConnectionsInput = Query<'/v1/tenants/{tenantId}/connections'>;
export type UpdateConnectionInput = Body<'/v1/tenants/{tenantId}/connections/{connectionId}', 'patch'>;

const ALL = '/v1/tenants/{tenantId}/connections';
const ONE = '/v1/tenants/{tenantId}/connections/{connectionId}';

export type ConnectionsApi = ReturnType<typeof connections>;

export function connections(call: Call) {
  const list = (
    tenantId: string,
    input: ListConnectionsInput = {},
    options?: RequestOptions,
  ): Promise<Page<Connection>> => call('get', ALL, { path: { tenantId }, query: input }, options);
  return {
    /** Registers a role; it is `pending`, and gives nothing, until it is verified. */
    register: (
      tenantId: string,
      input: RegisterConnectionInput,
      options?: RequestOptions,
    ): Promise<Connection> => call('post', ALL, { path: { tenantId }, body: input }, options),
    get: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<Connection> =>
      call('get', ONE, { path: { tenantId, connectionId } }, options),
    /** One page. */
    list,
    /** Every connection of a tenant, page by page. */
    all: (
      tenantId: string,
      input: Omit<ListConnectionsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<Connection, void, undefined> =>
      allPages((cursor) => list(tenantId, { ...input, ...(cursor !== undefined && { cursor }) }, options)),
    /** Never repeated by itself. */
    update: (
      tenantId: string,
      connectionId: string,
      input: UpdateConnectionInput,
      options?: RequestOptions,
    ): Promise<Connection> => call('patch', ONE, { path: { tenantId, connectionId }, body: input }, options),
    delete: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<void> =>
      call('delete', ONE, { path: { tenantId, connectionId } }, options),
    /** Runs the probes now; the connection's status follows. */
    verify: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<Verification> =>
      call(
        'post',
        '/v1/tenants/{tenantId}/connections/{connectionId}/verification',
        { path: { tenantId, connectionId } },
        options,
      ),
  };
}
