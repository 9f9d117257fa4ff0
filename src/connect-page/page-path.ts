import { basePathOf } from '../lib/urls.ts';

/** The path of the page in the browser's URL, such as `/connect`, or `/aws/connect` behind a proxy. */
export function pagePathOf(baseUrl: string): string {
  return `${basePathOf(baseUrl)}/connect`;
}
