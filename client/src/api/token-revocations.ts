import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, RequestBody, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

const REVOCATIONS = '/v1/token-revocations';

/** A rule that rejects OIDC tokens of a worker identity although they have not expired. */
export type TokenRevocation = Schema<'TokenRevocation'>;
/** The worker identity whose tokens to revoke; optionally one subject, or only tokens issued before a time. */
export type CreateTokenRevocationInput = RequestBody<typeof REVOCATIONS, 'post'>;
/** Page size (1 to 200, default 50) and cursor. */
export type ListTokenRevocationsInput = Query<typeof REVOCATIONS>;

export type TokenRevocationsApi = ReturnType<typeof createTokenRevocationsApi>;

export function createTokenRevocationsApi(call: ApiCaller) {
  const list = (
    input: ListTokenRevocationsInput = {},
    options?: RequestOptions,
  ): Promise<Page<TokenRevocation>> => call('get', REVOCATIONS, { query: input }, options);
  return {
    /** Revokes tokens. The service rejects them from the next request on. */
    create: (input: CreateTokenRevocationInput, options?: RequestOptions): Promise<TokenRevocation> =>
      call('post', REVOCATIONS, { body: input }, options),
    /** Returns one page of revocations. */
    list,
    /** Iterates over all revocations and fetches page after page. */
    listAll: (
      input: Omit<ListTokenRevocationsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<TokenRevocation, void, undefined> =>
      iteratePages((cursor) => list({ ...input, cursor }, options)),
    /** Deletes a revocation. Its tokens are accepted again until they expire. */
    delete: (revocationId: string, options?: RequestOptions): Promise<void> =>
      call('delete', '/v1/token-revocations/{revocationId}', { path: { revocationId } }, options),
  };
}
