/** The HTTP API as an outsider uses it. */
export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  /** The answer of a request that must be refused. */
  refusal(method: string, path: string, body?: object): Promise<{ status: number; code: string }>;
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
  const succeed = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.detail}`);
    return answer.body as T;
  };
  return {
    get: (path) => succeed('GET', path),
    post: (path, body) => succeed('POST', path, body),
    async refusal(method, path, body) {
      const answer = await send(method, path, body);
      if (answer.status < 400) throw new Error(`${method} ${path} was not refused: ${answer.status}`);
      return { status: answer.status, code: String(answer.body.code) };
    },
  };
}
