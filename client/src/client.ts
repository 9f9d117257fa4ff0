import { callOperation } from './api/call-operation.ts';
import type { OperationId } from './api/operation.ts';
import { iteratePages, type Page } from './api/pages.ts';
import { type CountersignClient, ITERATIONS, OPERATIONS } from './generated/operations.ts';
import type { ClientOptions, RequestOptions } from './http/send.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Creates a client of Countersign's API. This call opens no connection and reads no file: URL and key are resolved at
 * each request.
 *
 * The client has one function for each operation, under its `operationId`. It takes the parameters and the members of the
 * body in one object, then {@link RequestOptions}, and rejects with {@link CountersignError}. For each list there is also a
 * function that iterates over the items of all pages. Any function may reject with these codes; its own documentation lists
 * only the codes that are specific to it:
 *
 * - `invalid_options`, `key_file_unavailable`, `network_error`, `timeout`, `unexpected_response`, `unrecognized`: see {@link ClientErrorCode}
 * - `unauthorized`, `forbidden`: the key is invalid, or its role does not permit the operation
 * - `not_found`: the resource does not exist, or belongs to a tenant that the key cannot see
 * - `validation_failed`, `external_id_not_settable`: the input is invalid; see `errors`
 * - `idempotency_key_reused`: another request was sent with the same `idempotencyKey`
 * - `overloaded`, `database_unavailable`, `identity_provider_unavailable`, `internal_error`: see `retryAfterSeconds`
 *
 * ```ts
 * import { createClient } from '@countersign/client';
 *
 * const countersign = createClient({ url: 'https://countersign.example.com', key });
 * const tenant = await countersign.createTenant({ name: 'Example Ltd' });
 * ```
 */
export function createClient(client: ClientOptions = {}): CountersignClient {
  const functions = Object.keys(OPERATIONS).map((id) => [
    id,
    (input?: Input, options?: RequestOptions) => callOperation(client, id as OperationId, input, options),
  ]);
  const iterations = Object.entries(ITERATIONS).map(([name, id]) => [
    name,
    (input: Input = {}, options?: RequestOptions) =>
      iteratePages(
        (cursor) =>
          callOperation(client, id, cursor === undefined ? input : { ...input, cursor }, options) as Promise<
            Page<unknown>
          >,
      ),
  ]);
  return Object.fromEntries([...functions, ...iterations]);
}
