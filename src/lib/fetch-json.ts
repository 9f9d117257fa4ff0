import { type FetchOptions, fetchText } from './fetch-text.ts';

/**
 * GETs a small JSON document, as `fetchText` does.
 * @throws Error unless the response is a complete JSON document with status 200
 */
export async function fetchJson(url: string, options: Omit<FetchOptions, 'accept'>): Promise<unknown> {
  return JSON.parse(await fetchText(url, { ...options, accept: 'application/json' }));
}
