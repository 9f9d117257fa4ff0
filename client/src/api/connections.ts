import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** An IAM role in a customer's account, registered for one tenant. */
export type Connection = components['schemas']['Connection'];
/** What the probes found. A verification that fails is an answer with its `outcome`, not an error. */
export type Verification = components['schemas']['Verification'];
export type RegisterConnectionInput = Body<'/v1/tenants/{tenantId}/connections', 'post'>;
export type RegisterAccountsInput = Body<'/v1/tenants/{tenantId}/connections/batch', 'post'>;
/** What became of one account of a list. */
export type AccountOutcome = components['schemas']['AccountOutcome'];
export type VerifyManyInput = Body<'/v1/tenants/{tenantId}/connections/verifications', 'post'>;
/** Verification of many connections, which goes on by itself, with its progress. */
export type VerificationRun = components['schemas']['VerificationRun'];
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
    /** Registers the setup kit's role in many accounts; each has an outcome of its own, in the order of the list. */
    registerAccounts: async (
      tenantId: string,
      input: RegisterAccountsInput,
      options?: RequestOptions,
    ): Promise<AccountOutcome[]> =>
      (
        await call(
          'post',
          '/v1/tenants/{tenantId}/connections/batch',
          { path: { tenantId }, body: input },
          options,
        )
      ).data,
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
    /** Begins to verify many connections, and comes back at once; follow it with `verificationRun`. */
    verifyMany: (
      tenantId: string,
      input: VerifyManyInput = {},
      options?: RequestOptions,
    ): Promise<VerificationRun> =>
      call(
        'post',
        '/v1/tenants/{tenantId}/connections/verifications',
        { path: { tenantId }, body: input },
        options,
      ),
    /** How far it has come: until `status` is `finished`, read it again after `waitingSeconds`, or a second. */
    verificationRun: (tenantId: string, runId: string, options?: RequestOptions): Promise<VerificationRun> =>
      call(
        'get',
        '/v1/tenants/{tenantId}/connections/verifications/{runId}',
        { path: { tenantId, runId } },
        options,
      ),
  };
}
