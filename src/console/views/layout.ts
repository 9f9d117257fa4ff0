import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { NAVIGATION } from '../navigation.ts';

/** The HTML document around a page's content. */
export function layout(context: ConsoleContext, title: string, content: Html): Html {
  const { consolePath, nonce, person } = context;
  const assets = `${consolePath}/assets`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Countersign</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets}/console.css" nonce="${nonce}">
</head>
<body class="${person === null ? 'signed-out' : 'console'}">
<a class="skip-link" href="#main">Skip to the content</a>
${person !== null && frame(context, person)}
<main id="main" tabindex="-1">
${content}
</main>
<script src="${assets}/console.js" nonce="${nonce}"></script>
</body>
</html>
`;
}

/** What is on every page: where one is, search, and who has signed in. */
function frame(context: ConsoleContext, person: NonNullable<ConsoleContext['person']>): Html {
  const { consolePath, vendorName, isSandbox } = context;
  return html`<header class="top-bar">
<a class="product" href="${consolePath}"><span class="product-mark" aria-hidden="true"></span>Countersign</a>
<span class="vendor-name">${vendorName}${isSandbox && html` <span class="badge">Sandbox</span>`}</span>
${context.may('fleet:read') && searchForm(context)}
<details class="account"><summary><span class="account-name">${person.name}</span> <span class="role">${person.role}</span></summary>
<div class="account-menu">
<p class="small">Signed in as <b>${person.name}</b>. What you do here is in the audit log under this name.</p>
<form method="post" action="${consolePath}/sign-out"><button type="submit" class="secondary">Sign out</button></form>
<form method="post" action="${consolePath}/sign-out-everywhere"><button type="submit" class="plain">Sign out in all browsers</button></form>
</div></details>
</header>
<nav class="side-bar" aria-label="Console"><ul>
${NAVIGATION.filter(({ permission }) => context.may(permission)).map(
  ({ path, label }) =>
    html`<li><a href="${consolePath}${path}"${isCurrent(context.page, path) && html` aria-current="page"`}>${label}</a></li>`,
)}
</ul></nav>`;
}

function searchForm({ consolePath, page }: ConsoleContext): Html {
  const searched = page.startsWith('/search?') ? new URLSearchParams(page.slice(8)).get('q') : null;
  return html`<form class="search" role="search" action="${consolePath}/search"><label class="visually-hidden" for="search">Search</label>
<input id="search" type="search" name="q" required maxlength="2048" placeholder="Account ID, role ARN, external ID, reference, name" autocomplete="off" spellcheck="false" data-search value="${searched}"></form>`;
}

function isCurrent(page: string, path: string): boolean {
  const [current = ''] = page.split('?');
  return path === '' ? current === '' || current === '/' : current === path || current.startsWith(`${path}/`);
}
