import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** An API key without the key itself, which is shown once, when it is created. */
export type ApiKey = components['schemas']['ApiKey'];
export type CreatedApiKey = components['schemas']['CreatedApiKey'];
export type CreateApiKeyInput = Body<'/v1/api-keys', 'post'>;
export type ListApiKeysInput = Query<'/v1/api-keys'>;

export type ApiKeysApi = ReturnType<typeof apiKeys>;

export function apiKeys(call: Call) {
  const list = (input: ListApiKeysInput = {}, options?: RequestOptions): Promise<Page<ApiKey>> =>
    call('get', '/v1/api-keys', { query: input }, options);
  return {
    /** `key` in the answer is shown this once. */
    create: (input: CreateApiKeyInput, options?: RequestOptions): Promise<CreatedApiKey> =>
      call('post', '/v1/api-keys', { body: input }, options),
    /** One page. */
    list,
    /** Every key, page by page. */
    all: (
      input: Omit<ListApiKeysInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<ApiKey, void, undefined> =>
      allPages((cursor) => list({ ...input, ...(cursor !== undefined && { cursor }) }, options)),
    /** Holds from the next request on. */
    revoke: (keyId: string, options?: RequestOptions): Promise<void> =>
      call('delete', '/v1/api-keys/{keyId}', { path: { keyId } }, options),
  };
}
