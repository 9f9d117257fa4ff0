import type { operations } from '../generated/openapi.ts';

/** The ID of an operation of the API, which is also the name of the client's function for it. */
export type OperationId = keyof operations;

type PathParameters<Operation> = Operation extends { parameters: { path: infer Path } } ? Path : unknown;
type QueryParameters<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? Present<Query>
  : unknown;
type JsonBody<Operation> = Operation extends { requestBody?: { content: { 'application/json': infer Body } } }
  ? Body
  : unknown;

/** Operations without a query or a body have it with the type `never`. */
type Present<T> = [NonNullable<T>] extends [never] ? unknown : NonNullable<T>;

/** The input of an operation in one object: the parameters of its path and query, and the members of its JSON body. */
export type OperationInput<Id extends OperationId> = Flat<
  PathParameters<operations[Id]> & QueryParameters<operations[Id]> & JsonBody<operations[Id]>
>;

/** Shows an intersection as one object. */
type Flat<T> = { [Name in keyof T]: T[Name] };

/** How the client sends a request of an operation and reads its response. */
export interface OperationDescription {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** The path, with its parameters in braces. */
  path: string;
  /** The names of the parameters in the query. All other members of the input belong to the path or the body. */
  query: readonly string[];
  /** The body of a successful response. */
  response: 'json' | 'text' | 'none';
  /** The service stores the response, so a repeated request with the same Idempotency-Key takes effect once. */
  isReplayable: boolean;
}
