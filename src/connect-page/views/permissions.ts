import { type Html, html } from '../../lib/html.ts';
import { copyableValue } from '../../pages/components.ts';
import { markPermissions, type PermissionAccess } from '../../profiles/mark-permissions.ts';
import type { TenantSetupKit } from '../../setup-kit/setup-kit.ts';
import type { PageContext } from '../page-context.ts';

const ACCESS_LABELS: Record<PermissionAccess, string> = {
  read: 'Read',
  change: 'Change',
  denied: 'Denied',
  policy: 'Policy',
};

/** What the vendor requests, and why granting it is safe. */
export function requestedPermissions(context: PageContext, kit: TenantSetupKit): Html {
  const { vendorName } = context;
  return html`<section class="card" aria-labelledby="permissions"><h2 id="permissions">What ${vendorName} can do</h2>
${permissionList(context, kit)}
<p class="small">In sessions of at most ${formatHours(kit)}, which your CloudTrail records. The role is yours: you can narrow or delete it at any time.</p>
<details class="fold"><summary>Why is this safe?</summary>${safety(context)}</details>
</section>`;
}

function formatHours({ role }: TenantSetupKit): string {
  const hours = role.maxSessionDurationSeconds / 3600;
  return hours === 1 ? 'an hour' : `${hours} hours`;
}

function permissionList({ vendorName }: PageContext, kit: TenantSetupKit): Html {
  const permissions = markPermissions(kit.permissions);
  if (permissions.length === 0)
    return html`<p>Nothing yet: the role has no permissions. It only proves that ${vendorName} can assume it.</p>`;
  const description = kit.profile?.description;
  return html`${description && html`<p>${description}</p>`}<ul class="permissions">${permissions.map(
    ({ access, text }) =>
      html`<li><span class="mark ${access}">${ACCESS_LABELS[access]}</span> <span>${text}</span></li>`,
  )}</ul>`;
}

/** The confused deputy, in the customer's words. */
function safety({ vendorName, tenantName }: PageContext): Html {
  return html`<p>${vendorName} works for many customers from one AWS account. If your role trusted that account alone, another customer could give ${vendorName} your role's ARN and reach your data (the “confused deputy” problem).</p>
<p>So your role also requires an external ID that was issued to <b>${tenantName}</b> only. Nobody can choose it, ${vendorName} included. The security checks prove that your role accepts no other. It is not a secret.</p>
<p>${vendorName} gets no password and no permanent key.</p>`;
}

/** The values that each setup method uses, for customers who write their own template. */
export function kitValues({ vendorName }: PageContext, kit: TenantSetupKit): Html {
  const [current, successor] = kit.externalIds;
  return html`<dl class="values">
${copyableValue('external-id', successor ? 'Current external ID' : 'External ID', current)}
${successor !== undefined && copyableValue('external-id-next', 'Next external ID', successor)}
${copyableValue('vendor-account', `AWS account of ${vendorName}`, kit.vendor.accountId)}
${copyableValue('role-name', 'Role name', kit.role.name)}
</dl>
${successor !== undefined && html`<p class="note">The external ID is being replaced. Until that is done, the role should accept both; every setup method above does.</p>`}`;
}
