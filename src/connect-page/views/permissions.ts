import { type Html, html } from '../../lib/html.ts';
import { markPermissions } from '../../profiles/mark-permissions.ts';
import type { TenantSetupKit } from '../../setup-kit/setup-kit.ts';
import type { PageContext } from '../page-context.ts';
import { copyableValue } from './components.ts';

/** What the vendor requests, and why granting it is safe. */
export function requestedPermissions(context: PageContext, kit: TenantSetupKit): Html {
  const { t, vendorName: vendor } = context;
  const count = kit.role.maxSessionDurationSeconds / 3600;
  return html`<section class="card" aria-labelledby="permissions"><h2 id="permissions">${t('permissions.title', { vendor })}</h2>
${permissionList(context, kit)}
<p class="small">${t('permissions.sessions', { count })}</p>
<details class="fold"><summary>${t('safety.title')}</summary>${safety(context)}</details>
</section>`;
}

function permissionList({ t, translate, vendorName: vendor }: PageContext, kit: TenantSetupKit): Html {
  const permissions = markPermissions(kit.permissions);
  if (permissions.length === 0) return html`<p>${t('permissions.none', { vendor })}</p>`;
  const description = kit.profile?.description;
  return html`${description && html`<p>${description}</p>`}<ul class="permissions">${permissions.map(
    ({ access, message }) =>
      html`<li><span class="mark ${access}">${t(`permissions.${access}`)}</span> <span>${translate(message)}</span></li>`,
  )}</ul>`;
}

/** The confused deputy, in the customer's words. */
function safety({ t, markup, vendorName: vendor, tenantName }: PageContext): Html {
  return html`<p>${t('safety.problem', { vendor })}</p>
<p>${markup('safety.externalId', { tenant: tenantName ?? '', vendor })}</p>
<p>${t('safety.noPassword', { vendor })}</p>`;
}

/** The values that each setup method uses, for customers who write their own template. */
export function kitValues(context: PageContext, kit: TenantSetupKit): Html {
  const { t, vendorName: vendor } = context;
  const [current, successor] = kit.externalIds;
  return html`<dl class="values">
${copyableValue(context, 'external-id', successor ? t('values.currentExternalId') : t('values.externalId'), current)}
${successor !== undefined && copyableValue(context, 'external-id-next', t('values.nextExternalId'), successor)}
${copyableValue(context, 'vendor-account', t('values.vendorAccount', { vendor }), kit.vendor.accountId)}
${copyableValue(context, 'role-name', t('values.roleName'), kit.role.name)}
</dl>
${successor !== undefined && html`<p class="note">${t('values.rotation')}</p>`}`;
}
