import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';
import { STATUS_LABELS } from './connection.ts';
import { layout } from './layout.ts';
import { partitionChoice } from './partition-choice.ts';
import { kitValues, requestedPermissions } from './permissions.ts';
import { policyForm } from './policy.ts';
import { type SetupView, setupMethods } from './setup-methods.ts';

export interface HomeView extends SetupView {
  connections: readonly Connection[];
  /** The submitted role and the reason why it was rejected; null if nothing was submitted. */
  rejectedInput: { role: string; message: string } | null;
  canCreateColleagueLink: boolean;
}

export function homePage(view: HomeView): Html {
  const { context, kit, connections } = view;
  const title = `Connect your AWS account to ${context.vendorName}`;
  return layout(
    context,
    title,
    html`<section class="intro">
<h1>${title}</h1>
<p class="lead">${context.vendorName} asks <b>${context.tenantName}</b> for a role in an AWS account of yours. You create the role, tell us its ARN, and we prove that it lets in ${context.vendorName} for you and for nobody else. It takes about three minutes.</p>
<p class="small">If you do not work for ${context.tenantName}, do not go on: a role created here would open your account to somebody else's work.</p>
</section>
${connections.length > 0 && connectionList(context, connections)}
${partitionChoice(kit, context.pagePath)}
${requestedPermissions(context, kit)}
<section class="step" aria-labelledby="step-1"><h2 id="step-1"><span class="number" aria-hidden="true">1</span> Create the role in your AWS account</h2>
<p>Choose the way that you like best. They all make the same role.</p>
${setupMethods(view)}
<details class="values-only"><summary>Only the values, for a template of your own</summary>${kitValues(kit)}</details>
</section>
<section class="step" aria-labelledby="step-2"><h2 id="step-2"><span class="number" aria-hidden="true">2</span> Tell us the role</h2>
${roleForm(view)}
<p><a href="${context.pagePath}/accounts${kit.query}">Connect many accounts of an organization at once</a></p>
</section>
<section class="aside" aria-labelledby="own-policy"><h2 id="own-policy">Do you write the trust policy yourself?</h2>
<p>Paste it before you save it, and see whether it is right.</p>
${policyForm({ ...view, connection: null }, 'Check a trust policy', '')}</section>
${view.canCreateColleagueLink && colleagueLinkForm(view)}
${leaveForm(context)}`,
  );
}

function connectionList(context: PageContext, connections: readonly Connection[]): Html {
  return html`<section class="connections" aria-labelledby="connections"><h2 id="connections">Your accounts</h2>
<ul>${connections.map(
    (connection) => html`<li>
  <span class="badge ${connection.status}">${STATUS_LABELS[connection.status]}</span>
  <a href="${context.pagePath}/connections/${connection.id}">Account ${connection.accountId}</a>
  <code>${connection.roleArn}</code></li>`,
  )}</ul>
<p>Another account is connected in the same way, below.</p></section>`;
}

function roleForm({ context, kit, rejectedInput }: HomeView): Html {
  return html`<form class="role-form" method="post" action="${context.pagePath}/connections${kit.query}" data-role-check="${context.pagePath}/role-checks${kit.query}">
<label for="role">ARN of the role, or the 12-digit ID of the account if the role is called <code>${kit.role.name}</code></label>
<input id="role" name="role" required maxlength="2100" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="arn:${kit.vendor.partition}:iam::111122223333:role/${kit.role.name}" value="${rejectedInput?.role ?? ''}" aria-describedby="role-status"${rejectedInput && html` aria-invalid="true" autofocus`}>
<p id="role-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message}</p>
<button type="submit">Check the role</button>
</form>`;
}

function colleagueLinkForm({ context, kit }: HomeView): Html {
  return html`<section class="aside" aria-labelledby="colleague"><h2 id="colleague">Does somebody else look after AWS?</h2>
<p>Send a colleague a link of their own to this page. It ends when yours does.</p>
<form method="post" action="${context.pagePath}/links${kit.query}" data-colleague-link><button type="submit" class="secondary">Make a link for a colleague</button></form>
</section>`;
}

function leaveForm(context: PageContext): Html {
  return html`<form class="minor-action" method="post" action="${context.pagePath}/leave"><button type="submit" class="plain">Leave this page in this browser</button></form>`;
}
