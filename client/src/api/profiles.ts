import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

const PROFILES = '/v1/profiles';
const PROFILE = '/v1/profiles/{profileId}';
const TEMPLATE = '/v1/profiles/{profileId}/template';

/** A named set of permissions: what a customer's role grants, and what a worker's session may use of it. */
export type AccessProfile = Schema<'AccessProfile'>;
/** Name, policies and session attributes of a new access profile. */
export type CreateProfileInput = RequestBody<typeof PROFILES, 'post'>;
/** The fields of an access profile to change; its name cannot change. */
export type UpdateProfileInput = RequestBody<typeof PROFILE, 'patch'>;
/** Page size (1 to 200, default 50) and cursor. */
export type ListProfilesInput = Query<typeof PROFILES>;
/** AWS partition of the template (default: the vendor's main partition). */
export type ProfileTemplateInput = Query<typeof TEMPLATE>;

export type ProfilesApi = ReturnType<typeof createProfilesApi>;

export function createProfilesApi(call: ApiCaller) {
  const list = (input: ListProfilesInput = {}, options?: RequestOptions): Promise<Page<AccessProfile>> =>
    call('get', PROFILES, { query: input }, options);
  return {
    /**
     * Creates an access profile.
     * @throws CountersignError `validation_failed` if a policy exceeds a limit of AWS; `conflict` if the name is taken
     */
    create: (input: CreateProfileInput, options?: RequestOptions): Promise<AccessProfile> =>
      call('post', PROFILES, { body: input }, options),
    /** Returns one page of access profiles. */
    list,
    /** Iterates over all access profiles and fetches page after page. */
    listAll: (
      input: Omit<ListProfilesInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<AccessProfile, void, undefined> =>
      iteratePages((cursor) => list({ ...input, cursor }, options)),
    /** Returns an access profile. */
    get: (profileId: string, options?: RequestOptions): Promise<AccessProfile> =>
      call('get', PROFILE, { path: { profileId } }, options),
    /** Returns the profile's CloudFormation template as YAML, to publish in S3 for launch-stack links. */
    getTemplate: (
      profileId: string,
      input: ProfileTemplateInput = {},
      options?: RequestOptions,
    ): Promise<string> =>
      call.text('get', TEMPLATE, { path: { profileId }, query: input, accept: '*/*' }, options),
    /**
     * Changes an access profile. The change applies to credentials issued from then on. Not retried on failure.
     * @throws CountersignError `validation_failed` if a policy exceeds a limit of AWS
     */
    update: (
      profileId: string,
      input: UpdateProfileInput,
      options?: RequestOptions,
    ): Promise<AccessProfile> => call('patch', PROFILE, { path: { profileId }, body: input }, options),
    /**
     * Deletes an access profile.
     * @throws CountersignError `conflict` while an API key, a worker identity or a connection uses it
     */
    delete: (profileId: string, options?: RequestOptions): Promise<void> =>
      call('delete', PROFILE, { path: { profileId } }, options),
  };
}
