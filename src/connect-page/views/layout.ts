import { type Html, html } from '../../lib/html.ts';
import { LANGUAGE_NAMES } from '../messages/languages.ts';
import type { PageContext } from '../page-context.ts';
import { scriptMessages } from '../script-texts.ts';

/** The HTML document around a page's content. */
export function layout(context: PageContext, title: string, content: Html): Html {
  const { t, language, nonce, vendorName, brand, tenantName } = context;
  const assets = `${context.pagePath}/assets`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${vendorName}</title>
<link rel="icon" href="data:,">
${brand.font !== null && html`<link rel="preload" href="${assets}/font" as="font" type="font/woff2" crossorigin>`}
<link rel="stylesheet" href="${assets}/connect.css" nonce="${nonce}">
<link rel="stylesheet" href="${assets}/brand.css" nonce="${nonce}">
</head>
<body data-messages="${JSON.stringify(scriptMessages(context))}">
<a class="skip-link" href="#main">${t('page.skip')}</a>
<header class="page-header">
  <div class="page-header-content">
    ${brand.logo === null ? html`<span class="vendor">${vendorName}</span>` : logo(context)}
    ${tenantName !== null && session(context, tenantName)}
  </div>
</header>
<main id="main" tabindex="-1">
${content}
</main>
<footer class="page-footer"><p>${brand.support !== null && html`${t('page.questions')} ${supportLink(brand.support)} · `}${t('page.footer')}</p>
${languageChoice(context)}</footer>
<script src="${assets}/connect.js" nonce="${nonce}"></script>
</body>
</html>
`;
}

function logo({ pagePath, vendorName, brand }: PageContext): Html {
  const url = `${pagePath}/assets/logo`;
  return html`<picture>${brand.darkLogo !== null && html`<source srcset="${url}-dark" media="(prefers-color-scheme: dark)">`}<img class="logo" src="${url}" alt="${vendorName}"></picture>`;
}

/** The tenant that the page is for, and the way out of the session. */
function session({ pagePath, t, markup }: PageContext, tenant: string): Html {
  return html`<div class="session"><span class="tenant">${markup('page.tenant', { tenant })}</span>
<form method="post" action="${pagePath}/leave"><button type="submit" class="plain">${t('page.signOut')}</button></form></div>`;
}

function languageChoice({ t, language, languageLinks }: PageContext): Html {
  return html`<nav class="languages" aria-label="${t('page.language')}"><ul>${languageLinks.map(
    (link) =>
      html`<li><a href="${link.url}" lang="${link.language}" hreflang="${link.language}"${link.language === language && html` aria-current="true"`}>${LANGUAGE_NAMES[link.language]}</a></li>`,
  )}</ul></nav>`;
}

export function supportLink(support: string): Html {
  return html`<a href="${support.includes('://') ? support : `mailto:${support}`}">${support}</a>`;
}
