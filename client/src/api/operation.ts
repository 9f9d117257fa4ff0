import type { components, paths } from '../generated/openapi.ts';

export type Path = keyof paths;
export type Method = 'get' | 'post' | 'patch' | 'delete';
type Operation<P extends Path, M extends Method> = paths[P][M];

/** A schema of the OpenAPI document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

type PathParameters<P extends Path, M extends Method> =
  Operation<P, M> extends { parameters: { path: infer T } } ? T : never;

/** The query parameters of an operation. */
export type Query<P extends Path, M extends Method = 'get'> =
  Operation<P, M> extends { parameters: { query?: infer T } } ? NonNullable<T> : never;

/** The JSON body that an operation takes. */
export type RequestBody<P extends Path, M extends Method> =
  Operation<P, M> extends { requestBody?: { content: { 'application/json': infer T } } }
    ? NonNullable<T>
    : never;

type JsonContent<T> = T extends { content: { 'application/json': infer Content } } ? Content : undefined;

/** The JSON body of an operation's successful response. */
export type ResponseBody<P extends Path, M extends Method> =
  Operation<P, M> extends { responses: infer Responses }
    ? JsonContent<Responses[keyof Responses & (200 | 201 | 202)]>
    : never;

/** The input of one call of an operation. */
export type OperationInput<P extends Path, M extends Method> = ([PathParameters<P, M>] extends [never]
  ? { path?: undefined }
  : { path: PathParameters<P, M> }) & {
  query?: Query<P, M> | undefined;
  body?: RequestBody<P, M> | undefined;
  accept?: string;
  /** Marks a POST that may be repeated without an Idempotency-Key. */
  isIdempotent?: boolean;
};
