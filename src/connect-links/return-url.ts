import { isTrustworthyUrl } from '../lib/urls.ts';

/**
 * The URL as the browser will read it, when the allow-list has its origin, or its origin with a path that it lies
 * under; null otherwise. Both sides are parsed, so that no spelling (a backslash, a user name, `..`) means one thing
 * here and another in the browser.
 */
export function allowedReturnUrl(text: string, allowList: readonly string[]): string | null {
  if (!isTrustworthyUrl(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return null;
  const allowed = allowList.some((entry) => {
    const { origin, pathname } = new URL(entry);
    const folder = pathname.endsWith('/') ? pathname : `${pathname}/`;
    return url.origin === origin && (url.pathname === pathname || url.pathname.startsWith(folder));
  });
  return allowed ? url.href : null;
}

/** Where the customer goes back to, told what became of it. What the vendor put into the query stays. */
export function returnTo(returnUrl: string, result: { connectionId: string; status: string }): string {
  const url = new URL(returnUrl);
  url.searchParams.set('connectionId', result.connectionId);
  url.searchParams.set('status', result.status);
  return url.href;
}
