const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reports whether a URL uses https, or http on a loopback address. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

export function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Reports whether a document from this URL can be trusted: a secure URL without user, password or fragment. */
export function isTrustedSourceUrl(text: string): boolean {
  if (!isSecureUrl(text) || /[#\s]/.test(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

export function trimTrailingSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

/** Returns the path of a base URL without slashes at its end: an empty text when the URL has no path. */
export function basePathOf(baseUrl: string): string {
  return trimTrailingSlashes(new URL(baseUrl).pathname);
}
