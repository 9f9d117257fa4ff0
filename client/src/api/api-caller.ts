import { randomUUID } from 'node:crypto';
import { invalidOptions } from '../error.ts';
import { type ApiRequest, type ClientOptions, type RequestOptions, send } from '../http/send.ts';
import type { Method, OperationInput, Path, ResponseBody } from './operation.ts';

/** Calls an operation of the API. Input and result have the types of the OpenAPI document. */
export interface ApiCaller {
  <P extends Path, M extends Method>(
    method: M,
    path: P,
    input: OperationInput<P, M>,
    options: RequestOptions | undefined,
  ): Promise<ResponseBody<P, M>>;
  /** Calls an operation whose response is not JSON, and returns the response as text. */
  text<P extends Path, M extends Method>(
    method: M,
    path: P,
    input: OperationInput<P, M>,
    options: RequestOptions | undefined,
  ): Promise<string>;
}

export function createApiCaller(client: ClientOptions): ApiCaller {
  const json = async <P extends Path, M extends Method>(
    method: M,
    path: P,
    input: OperationInput<P, M>,
    options: RequestOptions = {},
  ) => send(client, toApiRequest(method, path, input, options), options, readJson<ResponseBody<P, M>>);

  const text: ApiCaller['text'] = async (method, path, input, options = {}) =>
    send(client, toApiRequest(method, path, input, options), options, (response) => response.text());

  return Object.assign(json, { text });
}

function toApiRequest<P extends Path, M extends Method>(
  method: M,
  path: P,
  input: OperationInput<P, M>,
  { idempotencyKey }: RequestOptions,
): ApiRequest {
  const needsIdempotencyKey = method === 'post' && !input.isIdempotent;
  return {
    method,
    path: fillPath(path, input.path ?? {}) + toQueryString(input.query),
    body: input.body,
    headers: {
      ...(input.accept !== undefined && { accept: input.accept }),
      ...(needsIdempotencyKey && { 'idempotency-key': idempotencyKey ?? randomUUID() }),
    },
    isIdempotent: method !== 'patch',
  };
}

/**
 * Replaces the path's parameters by the encoded IDs. An ID that is missing, `.` or `..` would turn the path into the
 * path of another operation.
 * @throws CountersignError `invalid_options`
 */
function fillPath(path: string, parameters: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw invalidOptions(`${name} is missing, or is not an ID.`);
    return encodeURIComponent(value);
  });
}

function toQueryString(query: object | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** The type is the OpenAPI document's; the response is not validated against it. */
async function readJson<T>(response: Response): Promise<T> {
  return (response.status === 204 ? undefined : await response.json()) as T;
}
