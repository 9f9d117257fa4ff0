/** Calls the HTTP API as an external client does. */
export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  /** Sends a request that must be rejected, and returns the error. */
  expectError(method: string, path: string, body?: object): Promise<{ status: number; code: string }>;
}

export function apiClient(baseUrl: string, key: string): Api {
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const expectSuccess = async <T>(method: string, path: string, requestBody?: object): Promise<T> => {
    const { status, body } = await send(method, path, requestBody);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${body.detail}`);
    return body as T;
  };
  return {
    get: (path) => expectSuccess('GET', path),
    post: (path, body) => expectSuccess('POST', path, body),
    async expectError(method, path, requestBody) {
      const { status, body } = await send(method, path, requestBody);
      if (status < 400) throw new Error(`${method} ${path} was not rejected: ${status}`);
      return { status, code: String(body.code) };
    },
  };
}
