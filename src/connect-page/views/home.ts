import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import { asked, values } from './asked.ts';
import { type Look, layout } from './layout.ts';
import { pasteForm } from './policy.ts';
import { type KitView, ways } from './ways.ts';
import { STATUS_WORDS } from './words.ts';

export interface HomeView extends KitView {
  connections: readonly Connection[];
  /** What was typed and why it was not taken, when it was not. */
  refused: { role: string; message: string } | null;
  /** Whether a colleague can still be sent a link. */
  mayShare: boolean;
}

/** The page behind the link. */
export function homePage(view: HomeView): Html {
  const { look, kit, connections } = view;
  const title = `Connect your AWS account to ${look.vendor}`;
  return layout(
    look,
    title,
    html`<section class="intro">
<h1>${title}</h1>
<p class="lead">${look.vendor} asks <b>${look.tenant}</b> for a role in an AWS account of yours. You create the role, tell us its ARN, and we prove that it lets in ${look.vendor} for you and for nobody else. It takes about three minutes.</p>
<p class="small">If you do not work for ${look.tenant}, do not go on: a role created here would open your account to somebody else's work.</p>
</section>
${connections.length > 0 && connected(look, connections)}
${asked(look, kit)}
<section class="step" aria-labelledby="step-1"><h2 id="step-1"><span class="number" aria-hidden="true">1</span> Create the role in your AWS account</h2>
<p>Choose the way that you like best. They all make the same role.</p>
${ways(view)}
<details class="own"><summary>Only the values, for a template of your own</summary>${values(kit)}</details>
</section>
<section class="step" aria-labelledby="step-2"><h2 id="step-2"><span class="number" aria-hidden="true">2</span> Tell us the role</h2>
${roleForm(view)}
<p><a href="${look.base}/connect/accounts">Connect many accounts of an organization at once</a></p>
</section>
<section class="share" aria-labelledby="own-policy"><h2 id="own-policy">Do you write the trust policy yourself?</h2>
<p>Paste it before you save it, and see whether it is right.</p>
${pasteForm({ ...view, connection: null }, 'Check a trust policy', '')}</section>
${view.mayShare && share(look)}
${leave(look)}`,
  );
}

function connected(look: Look, connections: readonly Connection[]): Html {
  return html`<section class="connections" aria-labelledby="connections"><h2 id="connections">Your accounts</h2>
<ul>${connections.map(
    (connection) => html`<li>
  <span class="badge ${connection.status}">${STATUS_WORDS[connection.status]}</span>
  <a href="${look.base}/connect/connections/${connection.id}">Account ${connection.accountId}</a>
  <code>${connection.roleArn}</code></li>`,
  )}</ul>
<p>Another account is connected in the same way, below.</p></section>`;
}

function roleForm({ look, kit, refused }: HomeView): Html {
  return html`<form class="role" method="post" action="${look.base}/connect/connections" data-check="${look.base}/connect/role-checks">
<label for="role">ARN of the role, or the 12-digit ID of the account if the role is called <code>${kit.role.name}</code></label>
<input id="role" name="role" required maxlength="2100" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="arn:aws:iam::111122223333:role/${kit.role.name}" value="${refused?.role ?? ''}" aria-describedby="role-says"${refused && html` aria-invalid="true" autofocus`}>
<p id="role-says" class="says${refused && ' bad'}" role="status">${refused?.message}</p>
<button type="submit">Check the role</button>
</form>`;
}

function share(look: Look): Html {
  return html`<section class="share" aria-labelledby="share"><h2 id="share">Does somebody else look after AWS?</h2>
<p>Send a colleague a link of their own to this page. It ends when yours does.</p>
<form method="post" action="${look.base}/connect/links" data-link><button type="submit" class="second">Make a link for a colleague</button></form>
</section>`;
}

function leave(look: Look): Html {
  return html`<form class="leave" method="post" action="${look.base}/connect/leave"><button type="submit" class="plain">Leave this page in this browser</button></form>`;
}
