import type { Config } from '../config/config.ts';
import { basePathOf } from '../lib/urls.ts';

/** What every view needs besides its own content. */
export interface PageContext {
  /** The path of the page in the browser's URL, such as `/connect`, or `/aws/connect` behind a proxy. */
  pagePath: string;
  /** Allows the script and the style sheets of one response in its Content-Security-Policy. */
  nonce: string;
  vendorName: string;
  hasLogo: boolean;
  /** The name of the session's tenant; null without a session. */
  tenantName: string | null;
}

export function createPageContext(
  { config, baseUrl }: { config: Pick<Config, 'vendor' | 'page'>; baseUrl: () => string },
  nonce: string,
  tenantName: string | null,
): PageContext {
  return {
    pagePath: pagePathOf(baseUrl()),
    nonce,
    vendorName: config.vendor.name,
    hasLogo: config.page.logo !== null,
    tenantName,
  };
}

export function pagePathOf(baseUrl: string): string {
  return `${basePathOf(baseUrl)}/connect`;
}
