import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

/** An API key without its secret value. */
export type ApiKey = Schema<'ApiKey'>;
/** A new API key; `key` is its secret value, which the service shows only once. */
export type CreatedApiKey = Schema<'CreatedApiKey'>;
/** Name, role and limits of a new API key. */
export type CreateApiKeyInput = RequestBody<'/v1/api-keys', 'post'>;
/** Page size (1 to 200, default 50) and cursor. */
export type ListApiKeysInput = Query<'/v1/api-keys'>;

export type ApiKeysApi = ReturnType<typeof createApiKeysApi>;

export function createApiKeysApi(call: ApiCaller) {
  const list = (input: ListApiKeysInput = {}, options?: RequestOptions): Promise<Page<ApiKey>> =>
    call('get', '/v1/api-keys', { query: input }, options);
  return {
    /** Creates an API key. Store the response's `key`: it cannot be read again. */
    create: (input: CreateApiKeyInput, options?: RequestOptions): Promise<CreatedApiKey> =>
      call('post', '/v1/api-keys', { body: input }, options),
    /** Returns one page of API keys. */
    list,
    /** Iterates over all API keys and fetches page after page. */
    listAll: (
      input: Omit<ListApiKeysInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<ApiKey, void, undefined> =>
      iteratePages((cursor) => list({ ...input, cursor }, options)),
    /** Revokes an API key. The service rejects it from the next request on. */
    revoke: (keyId: string, options?: RequestOptions): Promise<void> =>
      call('delete', '/v1/api-keys/{keyId}', { path: { keyId } }, options),
  };
}
