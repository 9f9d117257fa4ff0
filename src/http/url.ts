import { invalidRequest, Problem } from './problem.ts';

/** Longer than any URL of this service; many proxies have the same limit. */
export const MAX_URL_LENGTH = 8_192;

/**
 * Rejects a URL that is too long, contains characters that a URL must escape, or escapes bytes that are not UTF-8. The
 * router has decoded the path by then; the query parser would keep such bytes as they are.
 * @throws Problem `uri_too_long` or `validation_failed`
 */
export function assertWellFormedUrl(url: string): void {
  if (url.length > MAX_URL_LENGTH) throw uriTooLong();
  if (/[^\x21-\x7e]/.test(url) || !isPercentEncodedUtf8(url)) throw malformedUrl();
}

/** Whether each `%` in a text begins a percent-encoded byte, and these bytes are UTF-8. */
export function isPercentEncodedUtf8(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export function malformedUrl(): Problem {
  return invalidRequest([{ path: 'request', message: 'the URL must be percent-encoded UTF-8' }]);
}

export function uriTooLong(): Problem {
  return new Problem(
    'uri_too_long',
    `The URL, or a part of its path, is too long. A URL may have ${MAX_URL_LENGTH} characters.`,
  );
}
