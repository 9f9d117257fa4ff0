import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Call } from './operation.ts';

/** A tenant's external ID, its successor while a rotation runs, and those that are retired. */
export type ExternalId = components['schemas']['ExternalId'];

const ROTATION = '/v1/tenants/{tenantId}/external-id/rotation';

export type ExternalIdsApi = ReturnType<typeof externalIds>;

export function externalIds(call: Call) {
  return {
    get: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('get', '/v1/tenants/{tenantId}/external-id', { path: { tenantId } }, options),
    /** Issues a successor; both IDs work until the rotation is completed or cancelled. */
    startRotation: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('post', ROTATION, { path: { tenantId } }, options),
    /** Retires the old ID. `rotation_incomplete` while a verified connection is not proven with the new one. */
    completeRotation: (tenantId: string, options?: RequestOptions): Promise<ExternalId> =>
      call('post', '/v1/tenants/{tenantId}/external-id/rotation/complete', { path: { tenantId } }, options),
    /** Retires the successor. */
    cancelRotation: (tenantId: string, options?: RequestOptions): Promise<void> =>
      call('delete', ROTATION, { path: { tenantId } }, options),
  };
}
