import { randomUUID } from 'node:crypto';
import { invalid } from '../environment.ts';
import type { paths } from '../generated/openapi.ts';
import { type ClientOptions, type Outgoing, type RequestOptions, send } from '../http/send.ts';

export type Path = keyof paths;
export type Method = 'get' | 'post' | 'patch' | 'delete';
type Operation<P extends Path, M extends Method> = paths[P][M];

type PathParameters<P extends Path, M extends Method> =
  Operation<P, M> extends { parameters: { path: infer T } } ? T : never;

/** The query of an operation. */
export type Query<P extends Path, M extends Method = 'get'> =
  Operation<P, M> extends { parameters: { query?: infer T } } ? NonNullable<T> : never;

/** The body that an operation takes. */
export type Body<P extends Path, M extends Method> =
  Operation<P, M> extends { requestBody?: { content: { 'application/json': infer T } } }
    ? NonNullable<T>
    : never;

type Answered<T> = T extends { content: { 'application/json': infer Content } } ? Content : undefined;

/** What an operation answers with when it succeeds. */
export type Answer<P extends Path, M extends Method> =
  Operation<P, M> extends { responses: infer R }
    ? Answered<
        R extends { 200: infer T }
          ? T
          : R extends { 201: infer T }
            ? T
            : R extends { 202: infer T }
              ? T
              : never
      >
    : never;

type Input<P extends Path, M extends Method> = ([PathParameters<P, M>] extends [never]
  ? { path?: undefined }
  : { path: PathParameters<P, M> }) & {
  query?: Query<P, M> | undefined;
  body?: Body<P, M> | undefined;
  accept?: string;
  /** Whether a POST is harmless to repeat without an Idempotency-Key. */
  repeatable?: boolean;
};

/** One request of a path of the OpenAPI document. */
export interface Call {
  <P extends Path, M extends Method>(
    method: M,
    path: P,
    input: Input<P, M>,
    options: RequestOptions | undefined,
  ): Promise<Answer<P, M>>;
  /** The same, for answers that are no JSON. */
  read<T, P extends Path, M extends Method>(
    method: M,
    path: P,
    input: Input<P, M>,
    options: RequestOptions | undefined,
    read: (response: Response) => Promise<T>,
  ): Promise<T>;
}

export function caller(client: ClientOptions): Call {
  const read: Call['read'] = async (method, path, input, options = {}, reader) =>
    send(client, outgoing(method, path, input, options), options, reader);
  const call = ((method, path, input, options) =>
    read(method, path, input, options, readJson as (response: Response) => Promise<never>)) as Call;
  return Object.assign(call, { read });
}

function outgoing<P extends Path, M extends Method>(
  method: M,
  path: P,
  input: Input<P, M>,
  { idempotencyKey }: RequestOptions,
): Outgoing {
  const keyed = method === 'post' && !input.repeatable;
  return {
    method,
    path: fill(path, (input.path ?? {}) as Record<string, string>) + queryText(input.query),
    body: input.body,
    headers: {
      ...(input.accept !== undefined && { accept: input.accept }),
      ...(keyed && { 'idempotency-key': idempotencyKey ?? randomUUID() }),
    },
    repeatable: method !== 'patch',
  };
}

/** Puts IDs into a path. One that is missing or `..` would make it another path: it is refused before anything is sent. */
function fill(path: string, parameters: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = parameters[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw invalid(`${name} is missing, or is no ID.`);
    return encodeURIComponent(value);
  });
}

function queryText(query: object | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters}`;
}

async function readJson(response: Response): Promise<unknown> {
  return response.status === 204 ? undefined : response.json();
}
