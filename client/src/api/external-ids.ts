import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Schema } from './operation.ts';

const EXTERNAL_ID = '/v1/tenants/{tenantId}/external-id';
const ROTATION = '/v1/tenants/{tenantId}/external-id/rotation';

/** A tenant's current external ID, its successor while a rotation runs, and its retired external IDs. */
export type ExternalId = Schema<'ExternalId'>;

export type ExternalIdsApi = ReturnType<typeof createExternalIdsApi>;

export function createExternalIdsApi(call: ApiCaller) {
  return {
    /** Returns a tenant's external IDs. Reading never changes them. */
    get: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('get', EXTERNAL_ID, { path: { tenantId } }, options),
    /**
     * Starts a rotation: issues a successor. Both external IDs work until the rotation is completed or canceled.
     * @throws CountersignError `tenant_not_active`, or `conflict` if a rotation is running
     */
    startRotation: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('post', ROTATION, { path: { tenantId } }, options),
    /**
     * Completes the rotation: retires the current external ID and makes the successor current.
     * @throws CountersignError `rotation_incomplete` while a verified connection is not yet verified with the successor;
     * `conflict` if no rotation is running; `aws_throttled`, `aws_unavailable`
     */
    completeRotation: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('post', '/v1/tenants/{tenantId}/external-id/rotation/complete', { path: { tenantId } }, options),
    /**
     * Cancels the rotation: retires the successor.
     * @throws CountersignError `not_found` if no rotation is running; `conflict` if a role no longer allows the current
     * external ID; `aws_throttled`, `aws_unavailable`
     */
    cancelRotation: (tenantId: string, options?: RequestOptions): Promise<void> =>
      call('delete', ROTATION, { path: { tenantId } }, options),
  };
}
