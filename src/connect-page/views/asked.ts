import { type Html, html } from '../../lib/html.ts';
import { describePermissions } from '../../profiles/describe.ts';
import type { KitInput } from '../../setup-kit/setup-kit.ts';
import { copyable, type Look } from './layout.ts';

/** Who asks for what, what the vendor cannot do, and why there is an external ID. */
export function asked(look: Look, kit: KitInput): Html {
  const seconds = kit.role.maxSessionDurationSeconds;
  return html`<div class="cards">
<section class="card"><h2>What ${look.vendor} may do</h2>${permissions(look, kit)}</section>
<section class="card"><h2>What it cannot do</h2><ul>
  <li>It gets no password and no lasting key, only sessions of at most ${seconds === 3600 ? 'an hour' : `${seconds / 3600} hours`}. Each one stands in your CloudTrail as <code>AssumeRole</code>.</li>
  <li>It has only what the role grants. The role is yours: you may narrow it or delete it at any time.</li>
  <li>Other customers of ${look.vendor} cannot reach your account through it. That is what the external ID is for.</li>
</ul></section>
<section class="card"><h2>Why there is an external ID</h2>
  <p>${look.vendor} works for many customers with the same AWS account. If a role trusted that account alone, another customer could give ${look.vendor} <em>your</em> role's name and be let in.</p>
  <p>So your role demands an ID that was issued to <b>${look.tenant}</b> alone. Nobody can choose it, you and ${look.vendor} included: that is what makes it safe. It is not a secret, and it never changes by itself.</p>
</section>
</div>`;
}

function permissions(look: Look, kit: KitInput): Html {
  const { managedPolicyArns, inlinePolicy } = kit.permissions;
  if (managedPolicyArns.length === 0 && inlinePolicy === null) {
    return html`<p>Nothing for now: the role that ${look.vendor} asks for has no permissions. It only proves that ${look.vendor} can come in.</p>`;
  }
  const about = kit.profile?.description;
  return html`${about && html`<p>${about}</p>`}<ul>${describePermissions(kit.permissions).map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** The values that every way has in it, for those who fill in something of their own. */
export function values(kit: KitInput): Html {
  const [current, successor] = kit.externalIds;
  return html`<dl class="values">
${copyable('external-id', successor ? 'External ID, the one in force' : 'External ID', current)}
${successor !== undefined && copyable('external-id-next', 'External ID, its successor', successor)}
${copyable('vendor-account', "Vendor's AWS account", kit.vendor.accountId)}
${copyable('role-name', 'Name of the role', kit.role.name)}
</dl>
${successor !== undefined && html`<p class="note">The external ID is being replaced. Until that is done a role should list both; everything below does.</p>`}`;
}
