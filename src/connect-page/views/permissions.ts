import { type Html, html } from '../../lib/html.ts';
import { describePermissions } from '../../profiles/describe-permissions.ts';
import type { TenantSetupKit } from '../../setup-kit/setup-kit.ts';
import type { PageContext } from '../page-context.ts';
import { copyableValue } from './components.ts';

/** Explains which permissions the vendor requests, what it cannot do, and why there is an external ID. */
export function requestedPermissions(context: PageContext, kit: TenantSetupKit): Html {
  const seconds = kit.role.maxSessionDurationSeconds;
  const { vendorName, tenantName } = context;
  return html`<div class="cards">
<section class="card"><h2>What ${vendorName} may do</h2>${permissionList(context, kit)}</section>
<section class="card"><h2>What it cannot do</h2><ul>
  <li>It gets no password and no lasting key, only sessions of at most ${seconds === 3600 ? 'an hour' : `${seconds / 3600} hours`}. Each one stands in your CloudTrail as <code>AssumeRole</code>.</li>
  <li>It has only what the role grants. The role is yours: you may narrow it or delete it at any time.</li>
  <li>Other customers of ${vendorName} cannot reach your account through it. That is what the external ID is for.</li>
</ul></section>
<section class="card"><h2>Why there is an external ID</h2>
  <p>${vendorName} works for many customers with the same AWS account. If a role trusted that account alone, another customer could give ${vendorName} <em>your</em> role's name and be let in.</p>
  <p>So your role demands an ID that was issued to <b>${tenantName}</b> alone. Nobody can choose it, you and ${vendorName} included: that is what makes it safe. It is not a secret, and it never changes by itself.</p>
</section>
</div>`;
}

function permissionList({ vendorName }: PageContext, kit: TenantSetupKit): Html {
  const { managedPolicyArns, inlinePolicy } = kit.permissions;
  if (managedPolicyArns.length === 0 && inlinePolicy === null) {
    return html`<p>Nothing for now: the role that ${vendorName} asks for has no permissions. It only proves that ${vendorName} can come in.</p>`;
  }
  const description = kit.profile?.description;
  return html`${description && html`<p>${description}</p>`}<ul>${describePermissions(kit.permissions).map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** The values that each setup method uses, for customers who write their own template. */
export function kitValues(kit: TenantSetupKit): Html {
  const [current, successor] = kit.externalIds;
  return html`<dl class="values">
${copyableValue('external-id', successor ? 'External ID, the one in force' : 'External ID', current)}
${successor !== undefined && copyableValue('external-id-next', 'External ID, its successor', successor)}
${copyableValue('vendor-account', "Vendor's AWS account", kit.vendor.accountId)}
${copyableValue('role-name', 'Name of the role', kit.role.name)}
</dl>
${successor !== undefined && html`<p class="note">The external ID is being replaced. Until that is done a role should list both; everything below does.</p>`}`;
}
