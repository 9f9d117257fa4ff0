import type { TestService, TestTenant } from './service.ts';

export interface TestLink {
  id: string;
  url: string;
  secret: string;
}

/** Creates a connect link for a tenant, with the admin key. */
export async function createConnectLink(
  service: TestService,
  tenant: Pick<TestTenant, 'path'>,
  body: object = {},
): Promise<TestLink> {
  const response = await service.admin.post(`${tenant.path}/connect-links`, body);
  if (response.status !== 201) throw new Error(`creating a link failed: ${JSON.stringify(response.body)}`);
  const { id, url } = response.body as { id: string; url: string };
  return { id, url, secret: url.split('/').at(-1) as string };
}

/** Sends requests as a browser does that has this cookie, or none. */
export interface TestBrowser {
  cookie: string | null;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Submits a form, by default from the page itself (same origin). */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

export function createBrowser(service: TestService, cookie: string | null): TestBrowser {
  const send = (path: string, init: RequestInit): Promise<Response> =>
    fetch(new URL(path, service.url), {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', ...(cookie !== null && { cookie }), ...init.headers },
    });
  return {
    cookie,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form = {}, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(form),
      }),
  };
}

/** Opens a link as a browser does, and keeps the session cookie. */
export async function openLink(service: TestService, url: string): Promise<TestBrowser> {
  const response = await fetch(url, { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? null;
  if (response.status !== 303 || cookie === null)
    throw new Error(`opening the link failed: ${response.status}`);
  return createBrowser(service, cookie);
}
