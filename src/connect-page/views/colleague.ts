import { type Html, html } from '../../lib/html.ts';
import { block, type Look, layout } from './layout.ts';

/** A fresh link, shown this once; what a browser without script sees after asking for one. */
export function colleaguePage(look: Look, link: { url: string; expiresAt: Date }): Html {
  const title = 'A link for a colleague';
  const until = link.expiresAt.toISOString().slice(0, 16).replace('T', ' ');
  return layout(
    look,
    title,
    html`<section class="notice"><h1>${title}</h1>
<p>Send it to somebody you trust with your AWS account. It works until ${until} UTC and is shown this once.</p>
${block('colleague-link', 'the link', link.url)}
<p><a class="button" href="${look.base}/connect">Back to the page</a></p></section>`,
  );
}
