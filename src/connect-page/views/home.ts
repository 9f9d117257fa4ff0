import { type Html, html } from '../../lib/html.ts';
import { layout } from './layout.ts';
import { colleagueLinkForm } from './notices.ts';
import { partitionChoice } from './partition-choice.ts';
import { kitValues, requestedPermissions } from './permissions.ts';
import { policyForm } from './policy.ts';
import { type SetupView, setupMethods } from './setup-methods.ts';

export interface HomeView extends SetupView {
  /** The submitted role and the reason why it was rejected; null if nothing was submitted. */
  rejectedInput: { role: string; message: string } | null;
  canCreateColleagueLink: boolean;
  /** Whether the tenant has connected accounts already, which the page then links to. */
  hasConnections: boolean;
}

/** The page on which a customer creates a role and connects it. */
export function homePage(view: HomeView): Html {
  const { context, kit, hasConnections } = view;
  const title = hasConnections
    ? 'Connect another AWS account'
    : `Connect your AWS account to ${context.vendorName}`;
  return layout(
    context,
    title,
    html`${hasConnections && html`<p class="back"><a href="${context.pagePath}${kit.query}">All accounts</a></p>`}
<section class="intro">
<h1>${title}</h1>
<p class="lead">Create an IAM role, paste its ARN, and you are done in about three minutes. Only continue if you work for <b>${context.tenantName}</b>.</p>
</section>
${partitionChoice(kit, hasConnections ? `${context.pagePath}/new` : context.pagePath)}
<div class="columns">
<div>
<section class="card" aria-labelledby="step-1"><h2 id="step-1"><span class="number" aria-hidden="true">1</span> Create the role</h2>
${setupMethods(view)}
</section>
<section class="card" aria-labelledby="step-2"><h2 id="step-2"><span class="number" aria-hidden="true">2</span> Verify the connection</h2>
${roleForm(view)}
</section>
<section class="card folds" aria-label="Your own template">
<details class="fold"><summary>Values for your own template</summary>${kitValues(context, kit)}</details>
${policyForm({ ...view, connection: null }, 'Check a trust policy before you save it', '')}
</section>
</div>
<div>
${requestedPermissions(context, kit)}
<section class="card folds" aria-label="More">
${view.canCreateColleagueLink && colleagueLinkForm(context, kit)}
<p><a href="${context.pagePath}/accounts${kit.query}">Connect many accounts at once</a></p>
</section>
</div>
</div>`,
  );
}

function roleForm({ context, kit, rejectedInput }: HomeView): Html {
  return html`<form class="role-form" method="post" action="${context.pagePath}/connections${kit.query}" data-role-check="${context.pagePath}/role-checks${kit.query}">
<label for="role">Role ARN <span class="hint">or the 12-digit account ID, if the role is named <code>${kit.role.name}</code></span></label>
<div class="field-row"><input id="role" name="role" required maxlength="2100" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="arn:${kit.vendor.partition}:iam::111122223333:role/${kit.role.name}" value="${rejectedInput?.role ?? ''}" aria-describedby="role-status"${rejectedInput && html` aria-invalid="true" autofocus`}>
<button type="submit">Verify connection</button></div>
<p id="role-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message}</p>
</form>`;
}
