import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

/** An IAM role in a customer's account, registered for one tenant. */
export type Connection = Schema<'Connection'>;
/** The result of a verification. A role that fails has an `outcome` other than `verified`; that is not an error. */
export type Verification = Schema<'Verification'>;
/** ARN of the role, with a name and an access profile. */
export type RegisterConnectionInput = RequestBody<'/v1/tenants/{tenantId}/connections', 'post'>;
/** IDs of the AWS accounts, with their partition and the name of the role in each of them. */
export type RegisterAccountsInput = RequestBody<'/v1/tenants/{tenantId}/connections/batch', 'post'>;
/** The result of registering one account: the connection, or the reason why it was refused. */
export type AccountOutcome = Schema<'AccountOutcome'>;
/** IDs of the connections to verify (default: all that are neither verified nor disabled), and a limit (default 500). */
export type StartVerificationRunInput = RequestBody<
  '/v1/tenants/{tenantId}/connections/verifications',
  'post'
>;
/** Progress of the verification of many connections, which the service runs in the background. */
export type VerificationRun = Schema<'VerificationRun'>;
/** Page size (1 to 200, default 50) and cursor. */
export type ListConnectionsInput = Query<'/v1/tenants/{tenantId}/connections'>;
/** A new name, or whether the connection is disabled. */
export type UpdateConnectionInput = RequestBody<'/v1/tenants/{tenantId}/connections/{connectionId}', 'patch'>;

const CONNECTIONS = '/v1/tenants/{tenantId}/connections';
const CONNECTION = '/v1/tenants/{tenantId}/connections/{connectionId}';

export type ConnectionsApi = ReturnType<typeof createConnectionsApi>;

export function createConnectionsApi(call: ApiCaller) {
  return { ...registrationMethods(call), ...verificationMethods(call) };
}

function registrationMethods(call: ApiCaller) {
  const list = (
    tenantId: string,
    input: ListConnectionsInput = {},
    options?: RequestOptions,
  ): Promise<Page<Connection>> => call('get', CONNECTIONS, { path: { tenantId }, query: input }, options);
  return {
    /**
     * Registers a role. The connection is `pending`, and no credentials are issued for it, until it is verified.
     * @throws CountersignError `role_not_allowed`, `tenant_not_active`, or `conflict` if the tenant has this role already
     */
    register: (
      tenantId: string,
      input: RegisterConnectionInput,
      options?: RequestOptions,
    ): Promise<Connection> => call('post', CONNECTIONS, { path: { tenantId }, body: input }, options),
    /**
     * Registers the setup kit's role in many accounts. Returns one outcome per account, in the order of the input.
     * @throws CountersignError `tenant_not_active`
     */
    registerAccounts: async (
      tenantId: string,
      input: RegisterAccountsInput,
      options?: RequestOptions,
    ): Promise<AccountOutcome[]> => {
      const batch = '/v1/tenants/{tenantId}/connections/batch';
      const { data } = await call('post', batch, { path: { tenantId }, body: input }, options);
      return data;
    },
    /** Returns a connection with its last verification. */
    get: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<Connection> =>
      call('get', CONNECTION, { path: { tenantId, connectionId } }, options),
    /** Returns one page of a tenant's connections. */
    list,
    /** Iterates over all connections of a tenant and fetches page after page. */
    listAll: (
      tenantId: string,
      input: Omit<ListConnectionsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<Connection, void, undefined> =>
      iteratePages((cursor) => list(tenantId, { ...input, cursor }, options)),
    /** Renames, disables or enables a connection. An enabled connection is `pending` again. Not retried on failure. */
    update: (
      tenantId: string,
      connectionId: string,
      input: UpdateConnectionInput,
      options?: RequestOptions,
    ): Promise<Connection> =>
      call('patch', CONNECTION, { path: { tenantId, connectionId }, body: input }, options),
    /** Deletes a connection. No credentials are issued for it from the next request on. */
    delete: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<void> =>
      call('delete', CONNECTION, { path: { tenantId, connectionId } }, options),
  };
}

function verificationMethods(call: ApiCaller) {
  return {
    /**
     * Verifies a connection now and updates its status.
     * @throws CountersignError `tenant_not_active`, `role_not_allowed`, or `conflict` if the connection is disabled
     */
    verify: (tenantId: string, connectionId: string, options?: RequestOptions): Promise<Verification> =>
      call(
        'post',
        '/v1/tenants/{tenantId}/connections/{connectionId}/verification',
        { path: { tenantId, connectionId } },
        options,
      ),
    /**
     * Starts to verify many connections in the background and returns at once. Poll `getVerificationRun` for progress.
     * @throws CountersignError `tenant_not_active`, or `conflict` if a run of this tenant has not finished
     */
    startVerificationRun: (
      tenantId: string,
      input: StartVerificationRunInput = {},
      options?: RequestOptions,
    ): Promise<VerificationRun> =>
      call(
        'post',
        '/v1/tenants/{tenantId}/connections/verifications',
        { path: { tenantId }, body: input },
        options,
      ),
    /**
     * Returns the progress of a run, until a day after its end. While `status` is `running`, poll again after
     * `waitingSeconds`, or after one second if that is 0.
     */
    getVerificationRun: (
      tenantId: string,
      runId: string,
      options?: RequestOptions,
    ): Promise<VerificationRun> =>
      call(
        'get',
        '/v1/tenants/{tenantId}/connections/verifications/{runId}',
        { path: { tenantId, runId } },
        options,
      ),
  };
}
