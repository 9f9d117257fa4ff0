import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.ts';
import type { Deps } from '../deps.ts';
import type { Language } from './messages/languages.ts';
import { createTranslator, type Translator } from './messages/translator.ts';
import { pagePathOf } from './page-path.ts';
import { languageLinks, languageOf } from './request-language.ts';

/** What every view needs besides its own content; also the texts in the language of the page. */
export interface PageContext extends Translator {
  /** The path of the page in the browser's URL, such as `/connect`, or `/aws/connect` behind a proxy. */
  pagePath: string;
  /** Allows the script and the style sheets of one response in its Content-Security-Policy. */
  nonce: string;
  vendorName: string;
  /** The vendor's logos and font, support address and sentence. */
  brand: Config['page'];
  languageLinks: readonly { language: Language; url: string }[];
  /** The name of the session's tenant; null without a session. */
  tenantName: string | null;
  /** The time of the response. */
  now: Date;
}

export function getPageContext(
  { config, baseUrl, clock }: Pick<Deps, 'baseUrl' | 'clock'> & { config: Pick<Config, 'vendor' | 'page'> },
  request: FastifyRequest,
): PageContext {
  const pagePath = pagePathOf(baseUrl());
  return {
    ...createTranslator(languageOf(request)),
    pagePath,
    nonce: request.cspNonce,
    vendorName: config.vendor.name,
    brand: config.page,
    languageLinks: languageLinks(request, pagePath),
    tenantName: request.connectSession?.link.tenant.name ?? null,
    now: clock.now(),
  };
}
