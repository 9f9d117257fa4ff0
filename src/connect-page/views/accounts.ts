import type { AccountOutcome } from '../../connections/register-accounts.ts';
import { type Html, html } from '../../lib/html.ts';
import { checkedAt, copyableText } from '../../pages/components.ts';
import { toStackSetName } from '../../setup-kit/cloudformation/stack-set.ts';
import type { ItemOutcome, toRunBody } from '../../verification/runs/verification-run.ts';
import type { PageContext } from '../page-context.ts';
import type { RunProgress } from '../script-messages.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
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

/** The JSON that AWS prints for a few hundred accounts fits. */
export const MAX_LIST_CHARACTERS = 100_000;

const OUTCOME_BADGES: Record<ItemOutcome, { badge: string; text: string }> = {
  verified: { badge: 'verified', text: 'Connected' },
  external_id_not_enforced: { badge: 'insecure', text: 'Not secure' },
  not_assumable: { badge: 'unreachable', text: 'No access' },
  inconclusive: { badge: 'pending', text: 'No answer' },
  skipped: { badge: 'pending', text: 'Skipped' },
};

/** Connects many accounts: how to create the role in all of them, the form for their IDs, and the results. */
export function accountsPage(view: AccountsView): Html {
  const { context, kit } = view;
  const title = 'Connect many accounts';
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">Back</a></p>
<section class="intro"><h1>${title}</h1><p class="lead">Create the same role in all accounts of your AWS organization, then paste their IDs.</p></section>
${partitionChoice(kit, `${context.pagePath}/accounts`)}
${view.outcomes !== null && registrationResults(view.outcomes, view.run)}
${view.run !== null && runProgress(view, view.run)}
${creationStep(view)}
<section class="card" aria-labelledby="list"><h2 id="list"><span class="number" aria-hidden="true">2</span> Verify the connections</h2>
${accountsForm(view)}
</section>
<form class="minor-actions" method="post" action="${context.pagePath}/verifications${kit.query}"><button type="submit" class="secondary">Verify all that are not connected</button></form>`,
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
  return html`<section class="card" aria-labelledby="create"><h2 id="create"><span class="number" aria-hidden="true">1</span> Create the role in all accounts</h2>
<p>Use a CloudFormation stack set, in one Region of your organization's management account or of a delegated administrator. Replace <code>OU_ID</code> by an organizational unit (<code>ou-…</code>) or the root (<code>r-…</code>), and <code>REGION</code> by a Region.</p>
<p class="actions">${downloadLink(view, 'stackset.yaml')} ${downloadLink(view, 'terraform-organization.tf')}</p>
${copyableText('stack-set', 'Commands', commands)}
<p class="small">AWS does not deploy a stack set to the management account itself. To connect that account too, <a href="${context.pagePath}/new${kit.query}">connect it on its own</a>.</p>
</section>`;
}

function accountsForm({ context, kit, rejectedInput }: AccountsView): Html {
  return html`<form method="post" action="${context.pagePath}/accounts${kit.query}">
<label for="accounts">Account IDs <span class="hint">up to 500; the role in them is named <code>${kit.role.name}</code></span></label>
<textarea id="accounts" name="accounts" required rows="6" maxlength="${MAX_LIST_CHARACTERS}" autocomplete="off" spellcheck="false" aria-describedby="accounts-status"${rejectedInput && html` aria-invalid="true" autofocus`}>${rejectedInput?.accounts}</textarea>
<p id="accounts-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message ?? 'Paste a list, CSV or the JSON of “aws organizations list-accounts”. The 12-digit IDs are used.'}</p>
<button type="submit">Verify connections</button>
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
  return html`<section class="card" aria-labelledby="your-list"><h2 id="your-list">Your list</h2>
<p>Added: ${count('registered')}. Already known: ${count('already_registered')}. Rejected: ${refused.length}.</p>
${notInRun > 0 && html`<p>A verification was running already. When it has finished, verify again below for the ${notInRun} that it leaves out.</p>`}
${
  refused.length > 0 &&
  html`<ul class="accounts">${refused.map(
    ({ accountId, error }) =>
      html`<li><span class="badge insecure">Rejected</span> <code>${accountId}</code> ${error?.detail}</li>`,
  )}</ul>`
}</section>`;
}

function runProgress({ context, kit }: AccountsView, run: RunBody): Html {
  const url = `${context.pagePath}/verifications/${run.id}${kit.query}`;
  return html`<section class="card" aria-labelledby="progress"${run.status === 'running' && html` data-run="${url}"`}>
<h2 id="progress">${run.total === 0 ? 'All accounts are connected' : 'Verification'}</h2>
<progress aria-labelledby="progress" max="${Math.max(1, run.total)}" value="${run.total === 0 ? 1 : run.done}"></progress>
<p role="status" data-status>${run.done} of ${run.total} checked, ${run.verified} connected.</p>
<p class="small">Started ${checkedAt(context, run.createdAt)}. ${run.status === 'running' && 'It continues if you close this page.'}</p>
${run.status === 'running' && html`<p class="small" data-manual-refresh><a href="${url}">Show the progress now</a></p>`}
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
