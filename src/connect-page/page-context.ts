import type { Config } from '../config/config.ts';
import type { Deps } from '../deps.ts';
import { basePathOf } from '../lib/urls.ts';

/** What every view needs besides its own content. */
export interface PageContext {
  /** The path of the page in the browser's URL, such as `/connect`, or `/aws/connect` behind a proxy. */
  pagePath: string;
  /** Allows the script and the style sheets of one response in its Content-Security-Policy. */
  nonce: string;
  vendorName: string;
  hasLogo: boolean;
  /** An e-mail address or a URL where customers get help. */
  support: string | null;
  /** The name of the session's tenant; null without a session. */
  tenantName: string | null;
  /** The time of the response. */
  now: Date;
}

export function createPageContext(
  { config, baseUrl, clock }: Pick<Deps, 'baseUrl' | 'clock'> & { config: Pick<Config, 'vendor' | 'page'> },
  nonce: string,
  tenantName: string | null,
): PageContext {
  return {
    pagePath: pagePathOf(baseUrl()),
    nonce,
    vendorName: config.vendor.name,
    hasLogo: config.page.logo !== null,
    support: config.page.support,
    tenantName,
    now: clock.now(),
  };
}

export function pagePathOf(baseUrl: string): string {
  return `${basePathOf(baseUrl)}/connect`;
}
