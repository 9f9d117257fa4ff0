import type { AccountOutcome } from '../../connections/register-accounts.ts';
import { type Html, html } from '../../lib/html.ts';
import { toStackSetName } from '../../setup-kit/cloudformation/stack-set.ts';
import type { ItemOutcome, toRunBody } from '../../verification/runs/verification-run.ts';
import type { PageContext } from '../page-context.ts';
import type { RunProgress } from '../script-messages.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { copyableText } from './components.ts';
import { artifactFileName, downloadLink } from './downloads.ts';
import { layout } from './layout.ts';
import { partitionChoice } from './partition-choice.ts';

type RunBody = ReturnType<typeof toRunBody>;

export interface AccountsView {
  context: PageContext;
  kit: SessionSetupKit;
  /** The submitted list and the reason why it was rejected as a whole; otherwise null. */
  rejectedInput: { accounts: string; message: string } | null;
  /** The result for each account of the submitted list; null if no list was submitted. */
  outcomes: readonly AccountOutcome[] | null;
  /** The verification run to show the progress of. */
  run: RunBody | null;
}

const OUTCOME_BADGES: Record<ItemOutcome, { badge: string; text: string }> = {
  verified: { badge: 'verified', text: 'Connected' },
  external_id_not_enforced: { badge: 'insecure', text: 'Not safe' },
  not_assumable: { badge: 'unreachable', text: 'No access' },
  inconclusive: { badge: 'pending', text: 'No answer' },
  skipped: { badge: 'pending', text: 'Left out' },
};

/** Connects many accounts: how to create the role in all of them, the form for their IDs, and the results. */
export function accountsPage(view: AccountsView): Html {
  const { context, kit } = view;
  const title = 'Connect many accounts';
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">Back to the first page</a></p>
<section class="intro"><h1>${title}</h1><p class="lead">For an organization in AWS: the same role in all its accounts, by one stack set.</p></section>
${partitionChoice(kit, `${context.pagePath}/accounts`)}
${view.outcomes !== null && registrationResults(view.outcomes, view.run)}
${view.run !== null && runProgress(view, view.run)}
${creationStep(view)}
<section class="step" aria-labelledby="list"><h2 id="list"><span class="number" aria-hidden="true">2</span> Tell us the accounts</h2>
${accountsForm(view)}
</section>
<section class="step" aria-labelledby="check-again"><h2 id="check-again">Check again</h2>
<p>Checks every account that is not connected yet. It goes on by itself; you may close this page and come back.</p>
<form method="post" action="${context.pagePath}/verifications${kit.query}"><button type="submit" class="secondary">Check all that are not connected</button></form>
</section>`,
  );
}

function creationStep(view: AccountsView): Html {
  const { context, kit } = view;
  const fileName = artifactFileName('stackset.yaml', context.vendorName);
  const name = toStackSetName(kit);
  const commands = [
    `aws cloudformation create-stack-set --stack-set-name ${name} --template-body file://${fileName} --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM`,
    `aws cloudformation create-stack-instances --stack-set-name ${name} --deployment-targets OrganizationalUnitIds=OU_ID --regions REGION`,
  ].join('\n');
  return html`<section class="step" aria-labelledby="create"><h2 id="create"><span class="number" aria-hidden="true">1</span> Create the role in all of them</h2>
<p>With AWS CloudFormation, in the management account of your organization or a delegated administrator, in one Region:</p>
<p>${downloadLink(view, 'stackset.yaml')}</p>
<p>Put the ID of an organizational unit (<code>ou-…</code>) or of the root (<code>r-…</code>) in the place of <code>OU_ID</code>, and a Region in the place of <code>REGION</code>:</p>
${copyableText('stack-set', 'the commands', commands)}
<p>Or with Terraform:</p>
<p>${downloadLink(view, 'terraform-organization.tf')}</p>
<p class="small">AWS does not deploy such a stack set to the management account itself. If ${context.vendorName} is to work there too, connect it by itself, on the first page.</p>
</section>`;
}

function accountsForm({ context, kit, rejectedInput }: AccountsView): Html {
  return html`<form method="post" action="${context.pagePath}/accounts${kit.query}">
<label for="accounts">IDs of the accounts, 12 digits each, up to 500; the role in them is called <code>${kit.role.name}</code></label>
<textarea id="accounts" name="accounts" required rows="6" maxlength="20000" autocomplete="off" spellcheck="false" aria-describedby="accounts-status"${rejectedInput && html` aria-invalid="true" autofocus`}>${rejectedInput?.accounts}</textarea>
<p id="accounts-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message ?? 'One in a line, or with commas between them.'}</p>
<button type="submit">Connect these accounts</button>
</form>`;
}

function registrationResults(outcomes: readonly AccountOutcome[], run: RunBody | null): Html {
  const count = (outcome: AccountOutcome['outcome']) =>
    outcomes.filter((account) => account.outcome === outcome).length;
  const refused = outcomes.filter((account) => account.outcome === 'refused');
  // A run that had started before the list was submitted does not contain the list's connections.
  const inRun = new Set(run?.connections.map(({ connectionId }) => connectionId));
  const notInRun = outcomes.filter(
    ({ connection }) => connection?.status === 'pending' && !inRun.has(connection.id),
  ).length;
  return html`<section class="step" aria-labelledby="your-list"><h2 id="your-list">Your list</h2>
<p>New: ${count('registered')}. Known already: ${count('already_registered')}. Not taken: ${refused.length}.</p>
${notInRun > 0 && html`<p>Another check was under way when your list came. When it has ended, check again below for the ${notInRun} that it leaves out.</p>`}
${
  refused.length > 0 &&
  html`<ul class="accounts">${refused.map(
    ({ accountId, error }) =>
      html`<li><span class="badge insecure">Not taken</span> <code>${accountId}</code> ${error?.detail}</li>`,
  )}</ul>`
}</section>`;
}

function runProgress({ context, kit }: AccountsView, run: RunBody): Html {
  const url = `${context.pagePath}/verifications/${run.id}${kit.query}`;
  return html`<section class="step" aria-labelledby="progress"${run.status === 'running' && html` data-run="${url}"`}>
<h2 id="progress">${run.total === 0 ? 'Nothing is left to check' : 'How far it is'}</h2>
<progress aria-labelledby="progress" max="${Math.max(1, run.total)}" value="${run.total === 0 ? 1 : run.done}"></progress>
<p role="status" data-status>${run.done} of ${run.total} checked, ${run.verified} connected.</p>
${run.status === 'running' && html`<p class="small" data-manual-refresh><a href="${url}">See how far it is now</a></p>`}
<ul class="accounts">${run.connections.map(({ connectionId, accountId, outcome }) => {
    const { badge, text } = badgeOf(outcome);
    return html`<li data-connection="${connectionId}"><span class="badge ${badge}">${text}</span> <a href="${context.pagePath}/connections/${connectionId}">Account ${accountId}</a></li>`;
  })}</ul></section>`;
}

/** The progress for the page's script, with labels instead of markup. */
export function toRunProgress(run: RunBody): RunProgress {
  const { status, total, done, verified, waitingSeconds, connections } = run;
  return {
    status,
    total,
    done,
    verified,
    waitingSeconds,
    connections: connections.map(({ connectionId, outcome }) => ({ connectionId, ...badgeOf(outcome) })),
  };
}

function badgeOf(outcome: ItemOutcome | null): { badge: string; text: string } {
  return outcome === null ? { badge: 'pending', text: 'Waiting' } : OUTCOME_BADGES[outcome];
}
