import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

/** Which tokens of a worker identity are refused, though their issuer stands by them. */
export type TokenRevocation = components['schemas']['TokenRevocation'];
export type CreateTokenRevocationInput = Body<'/v1/token-revocations', 'post'>;
export type ListTokenRevocationsInput = Query<'/v1/token-revocations'>;

export type TokenRevocationsApi = ReturnType<typeof tokenRevocations>;

export function tokenRevocations(call: Call) {
  const list = (
    input: ListTokenRevocationsInput = {},
    options?: RequestOptions,
  ): Promise<Page<TokenRevocation>> => call('get', '/v1/token-revocations', { query: input }, options);
  return {
    /** Refuses tokens from the next request on: all of an identity, of one subject, or those issued before a time. */
    create: (input: CreateTokenRevocationInput, options?: RequestOptions): Promise<TokenRevocation> =>
      call('post', '/v1/token-revocations', { body: input }, options),
    /** One page. */
    list,
    /** Every revocation, page by page. */
    all: (
      input: Omit<ListTokenRevocationsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<TokenRevocation, void, undefined> =>
      allPages((cursor) => list({ ...input, ...(cursor !== undefined && { cursor }) }, options)),
    /** Accepts these tokens again, while they are valid. */
    delete: (revocationId: string, options?: RequestOptions): Promise<void> =>
      call('delete', '/v1/token-revocations/{revocationId}', { path: { revocationId } }, options),
  };
}
