import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** A named set of permissions: what a customer's role grants, and what a worker's session may use of it. */
export type AccessProfile = components['schemas']['AccessProfile'];
export type CreateProfileInput = Body<'/v1/profiles', 'post'>;
export type UpdateProfileInput = Body<'/v1/profiles/{profileId}', 'patch'>;
export type ListProfilesInput = Query<'/v1/profiles'>;

export type ProfilesApi = ReturnType<typeof profiles>;

export function profiles(call: Call) {
  const list = (input: ListProfilesInput = {}, options?: RequestOptions): Promise<Page<AccessProfile>> =>
    call('get', '/v1/profiles', { query: input }, options);
  return {
    /** What AWS would not take is refused, with the limit named. */
    create: (input: CreateProfileInput, options?: RequestOptions): Promise<AccessProfile> =>
      call('post', '/v1/profiles', { body: input }, options),
    /** One page. */
    list,
    /** Every profile, page by page. */
    all: (
      input: Omit<ListProfilesInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<AccessProfile, void, undefined> =>
      allPages((cursor) => list({ ...input, ...(cursor !== undefined && { cursor }) }, options)),
    get: (profileId: string, options?: RequestOptions): Promise<AccessProfile> =>
      call('get', '/v1/profiles/{profileId}', { path: { profileId } }, options),
    /** The CloudFormation template to publish for the profile's launch-stack link, as YAML. */
    template: (profileId: string, options?: RequestOptions): Promise<string> =>
      call.read(
        'get',
        '/v1/profiles/{profileId}/template',
        { path: { profileId }, accept: '*/*' },
        options,
        (response) => response.text(),
      ),
    /** Holds from the next credential on; its name never changes. */
    update: (
      profileId: string,
      input: UpdateProfileInput,
      options?: RequestOptions,
    ): Promise<AccessProfile> =>
      call('patch', '/v1/profiles/{profileId}', { path: { profileId }, body: input }, options),
    /** `conflict` while a key is held to it or a connection was set up with it. */
    delete: (profileId: string, options?: RequestOptions): Promise<void> =>
      call('delete', '/v1/profiles/{profileId}', { path: { profileId } }, options),
  };
}
