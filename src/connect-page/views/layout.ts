import type { Config } from '../../config/config.ts';
import { type Html, html } from '../../lib/html.ts';

/** What every page needs to be drawn. */
export interface Look {
  /** The path below which this server is reached, without a slash at its end; empty for none. */
  base: string;
  nonce: string;
  vendor: string;
  logo: boolean;
  /** Whom the page is for; null where nobody is known. */
  tenant: string | null;
}

export function lookOf(
  { config, baseUrl }: { config: Pick<Config, 'vendor' | 'page'>; baseUrl: () => string },
  nonce: string,
  tenant: string | null,
): Look {
  return {
    base: new URL(baseUrl()).pathname.replace(/\/+$/, ''),
    nonce,
    vendor: config.vendor.name,
    logo: config.page.logo !== null,
    tenant,
  };
}

/** The whole document around a page's content. */
export function layout(look: Look, title: string, content: Html): Html {
  const assets = `${look.base}/connect/assets`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${look.vendor}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/connect.css" nonce="${look.nonce}">
<link rel="stylesheet" href="${assets}/brand.css" nonce="${look.nonce}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <div class="bar">
    ${look.logo ? html`<img class="logo" src="${assets}/logo" alt="${look.vendor}">` : html`<span class="vendor">${look.vendor}</span>`}
    ${look.tenant !== null && html`<span class="tenant">for <b>${look.tenant}</b></span>`}
  </div>
</header>
<main id="main" tabindex="-1">
${content}
</main>
<footer class="bottom"><p>Each step here is recorded. Nothing on this page is loaded from anywhere else.</p></footer>
<script src="${assets}/connect.js" nonce="${look.nonce}"></script>
</body>
</html>
`;
}

/** A value to be copied, with its name. */
export function copyable(id: string, label: string, value: string): Html {
  return html`<div class="value">
  <dt id="${id}-label">${label}</dt>
  <dd><code id="${id}">${value}</code>${copyButton(id, label)}</dd>
</div>`;
}

/** Shown by the script alone, since it does nothing without. */
export function copyButton(id: string, what: string): Html {
  return html`<button type="button" class="copy" data-copy="${id}" hidden>Copy<span class="unseen"> ${what}</span></button>`;
}

/** A text of several lines, to be copied as a whole. */
export function block(id: string, what: string, text: string): Html {
  return html`<div class="block">${copyButton(id, what)}<pre id="${id}" tabindex="0" role="region" aria-label="${what}"><code>${text}</code></pre></div>`;
}
