import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';
import { layout } from './layout.ts';
import { colleagueLinkForm } from './notices.ts';
import { partitionChoice } from './partition-choice.ts';
import { kitValues, requestedPermissions } from './permissions.ts';
import { policyForm } from './policy.ts';
import { createRoleInSandbox, type SetupView, setupMethods } from './setup-methods.ts';

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
  const { t, vendorName: vendor, brand, tenantName } = context;
  const title = hasConnections ? t('home.titleAnother') : t('home.title', { vendor });
  return layout(
    context,
    title,
    html`${hasConnections && html`<p class="back"><a href="${context.pagePath}${kit.query}">${t('page.allAccounts')}</a></p>`}
<section class="intro">
<h1>${title}</h1>
${!hasConnections && brand.message !== null && vendorMessage(context, brand.message)}
<p class="lead">${context.markup('home.lead', { tenant: tenantName ?? '' })}</p>
</section>
${partitionChoice(context, kit, hasConnections ? `${context.pagePath}/new` : context.pagePath)}
<div class="columns">
<div>
<section class="card" aria-labelledby="step-1"><h2 id="step-1"><span class="number" aria-hidden="true">1</span> ${t('home.createRole')}</h2>
${setupMethods(view)}
</section>
<section class="card" aria-labelledby="step-2"><h2 id="step-2"><span class="number" aria-hidden="true">2</span> ${t('home.verify')}</h2>
${roleForm(view)}
</section>
<section class="card folds" aria-label="${t('home.ownTemplate')}">
${createRoleInSandbox(view)}
<details class="fold"><summary>${t('home.values')}</summary>${kitValues(context, kit)}</details>
${policyForm({ ...view, connection: null }, t('home.checkPolicy'), '')}
</section>
</div>
<div>
${requestedPermissions(context, kit)}
<section class="card folds" aria-label="${t('page.more')}">
${view.canCreateColleagueLink && colleagueLinkForm(context, kit)}
<p><a href="${context.pagePath}/accounts${kit.query}">${t('home.manyAccounts')}</a></p>
</section>
</div>
</div>`,
  );
}

/** The vendor's sentence in the language of the page, or else in English. */
function vendorMessage({ language }: PageContext, message: Readonly<Record<string, string>>): Html {
  const translated = message[language];
  return translated === undefined
    ? html`<p class="vendor-message" lang="en">${message.en}</p>`
    : html`<p class="vendor-message">${translated}</p>`;
}

function roleForm({ context, kit, rejectedInput }: HomeView): Html {
  const { t } = context;
  return html`<form class="role-form" method="post" action="${context.pagePath}/connections${kit.query}" data-role-check="${context.pagePath}/role-checks${kit.query}">
<label for="role">${t('home.role')} <span class="hint">${context.markup('home.roleHint', { role: kit.role.name })}</span></label>
<div class="field-row"><input id="role" name="role" required maxlength="2100" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="arn:${kit.vendor.partition}:iam::111122223333:role/${kit.role.name}" value="${rejectedInput?.role ?? ''}" aria-describedby="role-status"${rejectedInput && html` aria-invalid="true" autofocus`}>
<button type="submit">${t('home.submit')}</button></div>
<p id="role-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message}</p>
</form>`;
}
