import { type Html, html } from '../../lib/html.ts';
import { type Look, layout } from './layout.ts';

/** Asks a browser that is at work for one tenant whether it means to go on for another. */
export function switchPage(look: Look, { current, next }: { current: string | null; next: string }): Html {
  const title = 'This link is for somebody else';
  // Two customers may well have one name, the more so when one of them means harm.
  const other =
    current === next ? html`another customer who is called <b>${next}</b> too` : html`<b>${next}</b>`;
  return layout(
    look,
    title,
    html`<section class="notice"><h1>${title}</h1>
<p>${current === null ? html`The link that you opened is for ${other}.` : html`In this browser the page is open for <b>${current}</b>. The link that you opened just now is for ${other}.`}</p>
<p>Go on only if you work for them and expected this link: a role that you create there lets ${look.vendor} into your AWS account for them.</p>
<p><a class="button" href="${look.base}/connect">${current === null ? 'Do not go on' : html`Stay with ${current}`}</a></p>
<form method="post" action="${look.base}/connect/switch"><button type="submit" class="second">Change over to the other page</button></form></section>`,
  );
}
