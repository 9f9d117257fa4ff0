import type { AccountOutcome } from '../../connections/register-accounts.ts';
import { type Html, html } from '../../lib/html.ts';
import type { KitInput } from '../../setup-kit/setup-kit.ts';
import { stackSetName } from '../../setup-kit/stack-set.ts';
import type { ItemOutcome, toRunBody } from '../../verification/runs/verification-run.ts';
import { fileNameOf } from './files.ts';
import { block, type Look, layout } from './layout.ts';

export interface AccountsView {
  look: Look;
  kit: KitInput;
  /** What was typed and why nothing came of it, when nothing did. */
  refused: { accounts: string; message: string } | null;
  /** What became of each account of the list that was sent. */
  outcomes: readonly AccountOutcome[] | null;
  /** The verification under way, or the one that was asked for. */
  run: ReturnType<typeof toRunBody> | null;
}

const WORDS: Record<ItemOutcome, { badge: string; text: string }> = {
  verified: { badge: 'verified', text: 'Connected' },
  external_id_not_enforced: { badge: 'insecure', text: 'Not safe' },
  not_assumable: { badge: 'unreachable', text: 'No access' },
  inconclusive: { badge: 'open', text: 'No answer' },
  skipped: { badge: 'open', text: 'Left out' },
};

/** Many accounts: the two ways to create the role in all of them, the list of accounts, and what became of each. */
export function accountsPage(view: AccountsView): Html {
  const { look } = view;
  const title = 'Connect many accounts';
  return layout(
    look,
    title,
    html`<p class="back"><a href="${look.base}/connect">Back to the first page</a></p>
<section class="intro"><h1>${title}</h1><p class="lead">For an organization in AWS: the same role in all its accounts, by one stack set.</p></section>
${view.outcomes !== null && registered(view.outcomes, view.run)}
${view.run !== null && progress(look, view.run)}
${create(view)}
<section class="step" aria-labelledby="list"><h2 id="list"><span class="number" aria-hidden="true">2</span> Tell us the accounts</h2>
${accountsForm(view)}
</section>
<section class="step" aria-labelledby="again"><h2 id="again">Check again</h2>
<p>Checks every account that is not connected yet. It goes on by itself; you may close this page and come back.</p>
<form method="post" action="${look.base}/connect/verifications"><button type="submit" class="second">Check all that are not connected</button></form>
</section>`,
  );
}

function create({ look, kit }: AccountsView): Html {
  const [template, terraform] = (['stackset.yaml', 'terraform-organization.tf'] as const).map((artifact) => {
    const name = fileNameOf(artifact, look.vendor);
    return {
      name,
      link: html`<a class="button second" href="${look.base}/connect/setup/${artifact}" download="${name}">Download ${name}</a>`,
    };
  }) as [{ name: string; link: Html }, { name: string; link: Html }];
  const set = stackSetName(kit);
  const commands = [
    `aws cloudformation create-stack-set --stack-set-name ${set} --template-body file://${template.name} --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM`,
    `aws cloudformation create-stack-instances --stack-set-name ${set} --deployment-targets OrganizationalUnitIds=OU_ID --regions REGION`,
  ].join('\n');
  return html`<section class="step" aria-labelledby="create"><h2 id="create"><span class="number" aria-hidden="true">1</span> Create the role in all of them</h2>
<p>With AWS CloudFormation, in the management account of your organization or a delegated administrator, in one Region:</p>
<p>${template.link}</p>
<p>Put the ID of an organizational unit (<code>ou-…</code>) or of the root (<code>r-…</code>) in the place of <code>OU_ID</code>, and a Region in the place of <code>REGION</code>:</p>
${block('stack-set', 'the commands', commands)}
<p>Or with Terraform:</p>
<p>${terraform.link}</p>
<p class="small">AWS does not deploy such a stack set to the management account itself. If ${look.vendor} is to work there too, connect it by itself, on the first page.</p>
</section>`;
}

function accountsForm({ look, kit, refused }: AccountsView): Html {
  return html`<form method="post" action="${look.base}/connect/accounts">
<label for="accounts">IDs of the accounts, 12 digits each, up to 500; the role in them is called <code>${kit.role.name}</code></label>
<textarea id="accounts" name="accounts" required rows="6" maxlength="20000" autocomplete="off" spellcheck="false" aria-describedby="accounts-say"${refused && html` aria-invalid="true" autofocus`}>${refused?.accounts}</textarea>
<p id="accounts-say" class="says${refused && ' bad'}" role="status">${refused?.message ?? 'One in a line, or with commas between them.'}</p>
<button type="submit">Connect these accounts</button>
</form>`;
}

function registered(outcomes: readonly AccountOutcome[], run: AccountsView['run']): Html {
  const count = (outcome: AccountOutcome['outcome']) =>
    outcomes.filter((account) => account.outcome === outcome).length;
  const refused = outcomes.filter((account) => account.outcome === 'refused');
  // A check that was under way already does not know of them.
  const checked = new Set(run?.connections.map(({ connectionId }) => connectionId));
  const left = outcomes.filter(
    ({ connection }) => connection?.status === 'pending' && !checked.has(connection.id),
  ).length;
  return html`<section class="step" aria-labelledby="told"><h2 id="told">Your list</h2>
<p>New: ${count('registered')}. Known already: ${count('already_registered')}. Not taken: ${refused.length}.</p>
${left > 0 && html`<p>Another check was under way when your list came. When it has ended, check again below for the ${left} that it leaves out.</p>`}
${
  refused.length > 0 &&
  html`<ul class="accounts">${refused.map(
    ({ accountId, error }) =>
      html`<li><span class="badge insecure">Not taken</span> <code>${accountId}</code> ${error?.detail}</li>`,
  )}</ul>`
}</section>`;
}

function progress(look: Look, run: NonNullable<AccountsView['run']>): Html {
  const address = `${look.base}/connect/verifications/${run.id}`;
  return html`<section class="step" aria-labelledby="progress"${run.status === 'running' && html` data-run="${address}"`}>
<h2 id="progress">${run.total === 0 ? 'Nothing is left to check' : 'How far it is'}</h2>
<progress aria-labelledby="progress" max="${Math.max(1, run.total)}" value="${run.total === 0 ? 1 : run.done}"></progress>
<p role="status" data-says>${run.done} of ${run.total} checked, ${run.verified} connected.</p>
${run.status === 'running' && html`<p class="small" data-by-hand><a href="${address}">See how far it is now</a></p>`}
<ul class="accounts">${run.connections.map(({ connectionId, accountId, outcome }) => {
    const { badge, text } = outcome === null ? { badge: 'open', text: 'Waiting' } : WORDS[outcome];
    return html`<li data-connection="${connectionId}"><span class="badge ${badge}">${text}</span> <a href="${look.base}/connect/connections/${connectionId}">Account ${accountId}</a></li>`;
  })}</ul></section>`;
}

/** What the script puts in as the checks are made: the words of this page, and nothing that it would make markup of. */
export function toProgress(run: NonNullable<AccountsView['run']>) {
  return {
    ...run,
    connections: run.connections.map(({ connectionId, outcome }) => ({
      connectionId,
      ...(outcome === null ? { badge: 'open', text: 'Waiting' } : WORDS[outcome]),
    })),
  };
}
