import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';

/** Temporary AWS credentials as Countersign's API has them. */
export type Credentials = components['schemas']['Credentials'];
/** The same as AWS SDKs read them from a container's credential endpoint. */
export type ContainerCredentials = components['schemas']['ContainerCredentials'];
export type DrawCredentialsInput = Body<
  '/v1/tenants/{tenantId}/connections/{connectionId}/credentials',
  'post'
>;
export type ContainerCredentialsInput =
  Query<'/v1/tenants/{tenantId}/connections/{connectionId}/credentials/container'>;

export type CredentialsApi = ReturnType<typeof credentials>;

export function credentials(call: Call) {
  return {
    /**
     * Draws short-lived credentials of a connection; worker keys only. Nothing is kept here: for an AWS SDK use
     * `fromCountersign`, which renews them. Repeated without an Idempotency-Key, since drawing changes nothing.
     */
    draw: (
      tenantId: string,
      connectionId: string,
      input: DrawCredentialsInput = {},
      options?: RequestOptions,
    ): Promise<Credentials> =>
      call(
        'post',
        '/v1/tenants/{tenantId}/connections/{connectionId}/credentials',
        { path: { tenantId, connectionId }, body: input, repeatable: true },
        options,
      ),
    /** The same in the shape of container credentials. */
    container: (
      tenantId: string,
      connectionId: string,
      input: ContainerCredentialsInput = {},
      options?: RequestOptions,
    ): Promise<ContainerCredentials> =>
      call(
        'get',
        '/v1/tenants/{tenantId}/connections/{connectionId}/credentials/container',
        { path: { tenantId, connectionId }, query: input },
        options,
      ),
  };
}
