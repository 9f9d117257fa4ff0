import { randomUUID } from 'node:crypto';
import { invalidOptions } from '../error.ts';
import { OPERATIONS } from '../generated/operations.ts';
import { type ApiRequest, type ClientOptions, type RequestOptions, send } from '../http/send.ts';
import type { OperationDescription, OperationId } from './operation.ts';

type Input = Readonly<Record<string, unknown>>;

/** A body that is not JSON. */
interface TextBody {
  mediaType: string;
  text: string;
}

/**
 * Calls an operation of the API. With a text as its body, the input has only parameters.
 * @throws CountersignError
 */
export async function callOperation(
  client: ClientOptions,
  id: OperationId,
  input: Input = {},
  options: RequestOptions = {},
  textBody?: TextBody,
): Promise<unknown> {
  const operation = OPERATIONS[id];
  const request = toRequest(operation, input, options);
  if (textBody !== undefined) {
    request.body = textBody.text;
    request.headers['content-type'] = textBody.mediaType;
  }
  return send(client, request, options, READERS[operation.response]);
}

/** The types are those of the OpenAPI document; the response is not validated against it. */
const READERS: Record<OperationDescription['response'], (response: Response) => Promise<unknown>> = {
  json: (response) => response.json(),
  text: (response) => response.text(),
  none: async () => undefined,
};

function toRequest(
  { method, path, query, response, isReplayable }: OperationDescription,
  input: Input,
  { idempotencyKey = randomUUID() }: RequestOptions,
): ApiRequest {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const members = Object.entries(input).filter(([name]) => !inPath.includes(name) && !query.includes(name));
  const hasBody = method === 'patch' || (method === 'post' && members.length > 0);
  return {
    method,
    path: fillPath(path, input) + toQueryString(query, input),
    body: hasBody ? Object.fromEntries(members) : undefined,
    headers: {
      ...(response === 'text' && { accept: '*/*' }),
      ...(isReplayable && { 'idempotency-key': idempotencyKey }),
    },
    isIdempotent: method !== 'patch',
  };
}

/**
 * Replaces the path's parameters by the encoded IDs. An ID that is missing, `.` or `..` would turn the path into the
 * path of another operation.
 * @throws CountersignError `invalid_options`
 */
function fillPath(path: string, input: Input): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = input[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw invalidOptions(`${name} is missing, or is not an ID.`);
    return encodeURIComponent(value);
  });
}

function toQueryString(names: readonly string[], input: Input): string {
  const parameters = new URLSearchParams();
  for (const name of names) if (input[name] !== undefined) parameters.set(name, String(input[name]));
  return parameters.size === 0 ? '' : `?${parameters}`;
}
