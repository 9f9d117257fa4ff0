import { isSecureUrl } from '../lib/urls.ts';

/**
 * Returns the URL in the form that the browser will read, if an entry of the allow-list has its origin and a path that
 * equals or contains its path; otherwise null. Both URLs are parsed, because a comparison of texts could be tricked by
 * spellings that browsers read differently, such as a backslash, a user name or `..`.
 */
export function parseReturnUrl(text: string, allowList: readonly string[]): string | null {
  if (!isSecureUrl(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return null;
  const isAllowed = allowList.some((entry) => {
    const { origin, pathname } = new URL(entry);
    const folder = pathname.endsWith('/') ? pathname : `${pathname}/`;
    return url.origin === origin && (url.pathname === pathname || url.pathname.startsWith(folder));
  });
  return isAllowed ? url.href : null;
}

/**
 * The vendor's page for a new link; null without one. It is checked again, because the allow-list may have become shorter
 * after the link was created.
 */
export function renewUrlOf(
  { config }: { config: { returnUrls: readonly string[] } },
  link: { renewUrl: string | null } | null,
): string | null {
  return parseReturnUrl(link?.renewUrl ?? '', config.returnUrls);
}

/** Adds the result of the connection to the vendor's return URL. The vendor's other query parameters are kept. */
export function addResultToReturnUrl(
  returnUrl: string,
  result: { connectionId: string; status: string },
): string {
  const url = new URL(returnUrl);
  url.searchParams.set('connectionId', result.connectionId);
  url.searchParams.set('status', result.status);
  return url.href;
}
