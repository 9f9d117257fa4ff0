import request from 'supertest';
import { assertDocumented } from './documented-responses.ts';

export interface ApiResponse {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field of what the server sent
  body: any;
  headers: Record<string, string>;
  text: string;
}

/** An HTTP client that authenticates with one key, or with none. */
export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<ApiResponse>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<ApiResponse>;
  patch(path: string, body: object): Promise<ApiResponse>;
  delete(path: string): Promise<ApiResponse>;
}

export function createCaller(url: string, key: string | null): Caller {
  const send = async (
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<ApiResponse> => {
    const call = request(url)[method](path).set(headers);
    if (key !== null) call.set('authorization', `Bearer ${key}`);
    const response = await (body === undefined ? call : call.send(body));
    assertReadable(response.body);
    assertDocumented(method.toUpperCase(), path, response);
    return { status: response.status, body: response.body, headers: response.headers, text: response.text };
  };
  return {
    get: (path, headers) => send('get', path, undefined, headers),
    post: (path, body, headers) => send('post', path, body, headers),
    patch: (path, body) => send('patch', path, body),
    delete: (path) => send('delete', path),
  };
}

/** No sentence for people has a missing value in it, whatever a test is about. */
function assertReadable(body: { detail?: unknown; explanation?: unknown; nextSteps?: unknown }): void {
  const texts = [body?.detail, body?.explanation, body?.nextSteps].flat();
  for (const text of texts)
    if (typeof text === 'string' && /\bundefined\b|\[object |"null"|\bNaN\b/.test(text))
      throw new Error(`a text for people has a missing value: ${text}`);
}
