import { type Html, html } from '../../lib/html.ts';
import { copyableText } from '../../pages/components.ts';
import { ARTIFACT_NAMES, type ArtifactName, renderArtifact } from '../../setup-kit/artifacts/artifacts.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { TenantState } from '../read-tenant.ts';

const LABELS: Record<ArtifactName, string> = {
  'trust-policy.json': 'Trust policy',
  'cloudformation.yaml': 'CloudFormation',
  'terraform.tf': 'Terraform',
  'aws-cli.sh': 'AWS CLI script',
  'stackset.yaml': 'CloudFormation stack set, for an organization',
  'terraform-organization.tf': 'Terraform, for an organization',
};

/** What the customer needs to create the role, to copy or to download. */
export function setupKit(context: ConsoleContext, state: TenantState, path: string): Html {
  const { kit } = state;
  return html`<section class="card" id="setup-kit" aria-labelledby="setup-kit-title"><h2 id="setup-kit-title">Setup kit</h2>
${choice(context, state, path)}
${
  typeof kit === 'string'
    ? html`<p class="muted">${kit}</p>`
    : ARTIFACT_NAMES.map(
        (
          artifact,
        ) => html`<details class="fold artifact"><summary>${LABELS[artifact]} <span class="muted">${artifact}</span></summary>
<p class="actions"><a class="button secondary" href="${context.consolePath}${path}/setup/${artifact}${queryOf(state)}" download="${artifact}">Download</a></p>
${copyableText(`kit-${artifact.replace(/\W/g, '-')}`, artifact, renderArtifact(artifact, kit))}</details>`,
      )
}
</section>`;
}

function queryOf({ chosen: { profile, partition } }: TenantState): string {
  const query = new URLSearchParams();
  if (profile !== null) query.set('profile', profile);
  if (partition !== null) query.set('partition', partition);
  return query.size === 0 ? '' : `?${query}`;
}

/** Nothing to choose in an installation with one kit. */
function choice({ consolePath }: ConsoleContext, state: TenantState, path: string): Html | false {
  const { profiles, partitions, chosen } = state;
  if (profiles.length === 0 && partitions.length < 2) return false;
  const select = (
    name: string,
    label: string,
    none: string,
    values: readonly string[],
    value: string | null,
  ) =>
    html`<div><label for="kit-${name}">${label}</label><select id="kit-${name}" name="${name}"><option value="">${none}</option>${values.map((one) => html`<option value="${one}"${one === value && html` selected`}>${one}</option>`)}</select></div>`;
  return html`<form class="inline-form" action="${consolePath}${path}#setup-kit">
${profiles.length > 0 && select('profile', 'Access profile', 'Default', profiles, chosen.profile)}
${partitions.length > 1 && select('partition', 'Partition', `${partitions[0]} (main)`, partitions.slice(1), chosen.partition)}
<button type="submit" class="secondary">Show</button></form>`;
}
