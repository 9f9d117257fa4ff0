import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';

/** The HTML document around a page's content. */
export function layout(context: PageContext, title: string, content: Html): Html {
  const assets = `${context.pagePath}/assets`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${context.vendorName}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/connect.css" nonce="${context.nonce}">
<link rel="stylesheet" href="${assets}/brand.css" nonce="${context.nonce}">
</head>
<body>
<a class="skip-link" href="#main">Skip to the content</a>
<header class="page-header">
  <div class="page-header-content">
    ${context.hasLogo ? html`<img class="logo" src="${assets}/logo" alt="${context.vendorName}">` : html`<span class="vendor">${context.vendorName}</span>`}
    ${context.tenantName !== null && session(context, context.tenantName)}
  </div>
</header>
<main id="main" tabindex="-1">
${content}
</main>
<footer class="page-footer"><p>${context.support !== null && html`Questions? ${supportLink(context.support)} · `}Every step is recorded. This page loads nothing from other sites.</p></footer>
<script src="${assets}/connect.js" nonce="${context.nonce}"></script>
</body>
</html>
`;
}

/** The tenant that the page is for, and the way out of the session. */
function session({ pagePath }: PageContext, tenantName: string): Html {
  return html`<div class="session"><span class="tenant">for <b>${tenantName}</b></span>
<form method="post" action="${pagePath}/leave"><button type="submit" class="plain">Sign out</button></form></div>`;
}

export function supportLink(support: string): Html {
  return html`<a href="${support.includes('://') ? support : `mailto:${support}`}">${support}</a>`;
}
