import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, Schema } from './operation.ts';

const CREDENTIALS = '/v1/tenants/{tenantId}/connections/{connectionId}/credentials';
const CONTAINER = '/v1/tenants/{tenantId}/connections/{connectionId}/credentials/container';

/** Temporary AWS credentials, in the field names of Countersign's API. */
export type Credentials = Schema<'Credentials'>;
/** Temporary AWS credentials, in the field names that AWS SDKs read from a container credentials endpoint. */
export type ContainerCredentials = Schema<'ContainerCredentials'>;
/** Duration of the session in seconds, access profile, and purpose for the audit log. */
export type IssueCredentialsInput = RequestBody<typeof CREDENTIALS, 'post'>;
/** Duration of the session in seconds, and access profile. */
export type ContainerCredentialsInput = Query<typeof CONTAINER>;

export type CredentialsApi = ReturnType<typeof createCredentialsApi>;

export function createCredentialsApi(call: ApiCaller) {
  return {
    /**
     * Issues temporary credentials for a connection; requires a worker key. The client does not cache them: for an AWS
     * SDK use `fromCountersign`, which caches and refreshes. The request has no Idempotency-Key and may be retried,
     * since issuing changes nothing in the service.
     * @throws CountersignError `connection_not_verified`, `tenant_not_active`, `profile_not_usable`,
     * `role_not_assumable`, `broker_failing`, `aws_throttled`, `aws_unavailable`
     */
    issue: (
      tenantId: string,
      connectionId: string,
      input: IssueCredentialsInput = {},
      options?: RequestOptions,
    ): Promise<Credentials> =>
      call(
        'post',
        CREDENTIALS,
        { path: { tenantId, connectionId }, body: input, isIdempotent: true },
        options,
      ),
    /** Does the same as `issue`, and returns the credentials in the format of container credentials. */
    getContainerCredentials: (
      tenantId: string,
      connectionId: string,
      input: ContainerCredentialsInput = {},
      options?: RequestOptions,
    ): Promise<ContainerCredentials> =>
      call('get', CONTAINER, { path: { tenantId, connectionId }, query: input }, options),
  };
}
