export type { OperationId, OperationInput } from './api/operation.ts';
export { createClient } from './client.ts';
export {
  type ClientErrorCode,
  CountersignError,
  type CountersignErrorInit,
  type ErrorCode,
  type InvalidInput,
  type ProblemCode,
} from './error.ts';
export type { CountersignClient } from './generated/operations.ts';
export type * from './generated/schemas.ts';
export type { ClientOptions, RequestOptions } from './http/send.ts';
export type { CountersignCredentialIdentity } from './provider/fetch-credentials.ts';
export {
  type CountersignCredentialProvider,
  type FromCountersignInit,
  fromCountersign,
} from './provider/from-countersign.ts';
