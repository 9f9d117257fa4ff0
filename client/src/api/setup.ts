import type { components, paths } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Call, Query } from './operation.ts';

const ARTIFACT = '/v1/tenants/{tenantId}/setup/{artifact}';

/** What a customer needs to create its role. */
export type SetupKit = components['schemas']['SetupKit'];
export type SetupInput = Query<'/v1/tenants/{tenantId}/setup'>;
/** The file name of an artifact, such as `cloudformation.yaml`. */
export type SetupArtifact = paths[typeof ARTIFACT]['get']['parameters']['path']['artifact'];

export type SetupApi = ReturnType<typeof setup>;

export function setup(call: Call) {
  return {
    get: (tenantId: string, input: SetupInput = {}, options?: RequestOptions): Promise<SetupKit> =>
      call('get', '/v1/tenants/{tenantId}/setup', { path: { tenantId }, query: input }, options),
    /** The text of one artifact, ready to be saved or run. */
    artifact: (
      tenantId: string,
      artifact: SetupArtifact,
      input: SetupInput = {},
      options?: RequestOptions,
    ): Promise<string> =>
      call.read(
        'get',
        ARTIFACT,
        { path: { tenantId, artifact }, query: input, accept: '*/*' },
        options,
        (response) => response.text(),
      ),
  };
}
