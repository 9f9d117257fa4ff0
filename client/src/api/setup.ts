import type { paths } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, Schema } from './operation.ts';

const KIT = '/v1/tenants/{tenantId}/setup';
const ARTIFACT = '/v1/tenants/{tenantId}/setup/{artifact}';

/** Everything that a customer needs to create its role: external ID, vendor account, trust policy, permissions and artifacts. */
export type SetupKit = Schema<'SetupKit'>;
/** Access profile and AWS partition of the role. */
export type SetupInput = Query<typeof KIT>;
/** The file name of an artifact, such as `cloudformation.yaml`. */
export type SetupArtifact = paths[typeof ARTIFACT]['get']['parameters']['path']['artifact'];

export type SetupApi = ReturnType<typeof createSetupApi>;

export function createSetupApi(call: ApiCaller) {
  return {
    /**
     * Returns a tenant's setup kit.
     * @throws CountersignError `tenant_not_active` if the tenant is offboarded
     */
    get: (tenantId: string, input: SetupInput = {}, options?: RequestOptions): Promise<SetupKit> =>
      call('get', KIT, { path: { tenantId }, query: input }, options),
    /**
     * Returns one artifact of the setup kit as text, ready to be saved or run.
     * @throws CountersignError `tenant_not_active` if the tenant is offboarded
     */
    getArtifact: (
      tenantId: string,
      artifact: SetupArtifact,
      input: SetupInput = {},
      options?: RequestOptions,
    ): Promise<string> =>
      call.text('get', ARTIFACT, { path: { tenantId, artifact }, query: input, accept: '*/*' }, options),
  };
}
