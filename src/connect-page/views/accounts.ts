import type { AccountOutcome } from '../../connections/register-accounts.ts';
import { type Html, html } from '../../lib/html.ts';
import { toStackSetName } from '../../setup-kit/cloudformation/stack-set.ts';
import type { ItemOutcome, toRunBody } from '../../verification/runs/verification-run.ts';
import type { PageContext } from '../page-context.ts';
import { problemText } from '../problem-text.ts';
import type { RunProgress } from '../script-messages.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { checkedAt, copyableText } from './components.ts';
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

const OUTCOME_BADGES = {
  verified: { badge: 'verified', text: 'status.verified' },
  external_id_not_enforced: { badge: 'insecure', text: 'status.insecure' },
  not_assumable: { badge: 'unreachable', text: 'status.unreachable' },
  inconclusive: { badge: 'pending', text: 'run.noAnswer' },
  skipped: { badge: 'pending', text: 'run.skipped' },
  waiting: { badge: 'pending', text: 'run.waiting' },
} as const satisfies Record<ItemOutcome | 'waiting', object>;

/** Connects many accounts: how to create the role in all of them, the form for their IDs, and the results. */
export function accountsPage(view: AccountsView): Html {
  const { context, kit } = view;
  const { t } = context;
  const title = t('many.title');
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">${t('page.back')}</a></p>
<section class="intro"><h1>${title}</h1><p class="lead">${t('many.lead')}</p></section>
${partitionChoice(context, kit, `${context.pagePath}/accounts`)}
${view.outcomes !== null && registrationResults(context, view.outcomes, view.run)}
${view.run !== null && runProgress(view, view.run)}
${creationStep(view)}
<section class="card" aria-labelledby="list"><h2 id="list"><span class="number" aria-hidden="true">2</span> ${t('many.verify')}</h2>
${accountsForm(view)}
</section>
<form class="minor-actions" method="post" action="${context.pagePath}/verifications${kit.query}"><button type="submit" class="secondary">${t('many.verifyAll')}</button></form>`,
  );
}

function creationStep(view: AccountsView): Html {
  const { context, kit } = view;
  const { t, markup } = context;
  const fileName = artifactFileName('stackset.yaml', context.vendorName);
  const name = toStackSetName(kit);
  const commands = [
    `aws cloudformation create-stack-set --stack-set-name ${name} --template-body file://${fileName} --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM`,
    `aws cloudformation create-stack-instances --stack-set-name ${name} --deployment-targets OrganizationalUnitIds=OU_ID --regions REGION`,
  ].join('\n');
  const link = html`<a href="${context.pagePath}/new${kit.query}">${t('many.connectAlone')}</a>`;
  return html`<section class="card" aria-labelledby="create"><h2 id="create"><span class="number" aria-hidden="true">1</span> ${t('many.createRole')}</h2>
<p>${markup('many.stackSet')}</p>
<p class="actions">${downloadLink(view, 'stackset.yaml')} ${downloadLink(view, 'terraform-organization.tf')}</p>
${copyableText(context, 'stack-set', t('copy.commands'), commands)}
<p class="small">${markup('many.managementAccount', { link })}</p>
</section>`;
}

function accountsForm({ context, kit, rejectedInput }: AccountsView): Html {
  const { t, markup } = context;
  return html`<form method="post" action="${context.pagePath}/accounts${kit.query}">
<label for="accounts">${t('many.ids')} <span class="hint">${markup('many.idsHint', { role: kit.role.name })}</span></label>
<textarea id="accounts" name="accounts" required rows="6" maxlength="${MAX_LIST_CHARACTERS}" autocomplete="off" spellcheck="false" aria-describedby="accounts-status"${rejectedInput && html` aria-invalid="true" autofocus`}>${rejectedInput?.accounts}</textarea>
<p id="accounts-status" class="field-status${rejectedInput && ' bad'}" role="status">${rejectedInput?.message ?? t('many.help')}</p>
<button type="submit">${t('many.submit')}</button>
</form>`;
}

function registrationResults(
  context: PageContext,
  outcomes: readonly AccountOutcome[],
  run: RunBody | null,
): Html {
  const { t } = context;
  const count = (outcome: AccountOutcome['outcome']) =>
    outcomes.filter((account) => account.outcome === outcome).length;
  const refused = outcomes.filter((account) => account.outcome === 'refused');
  // A run that had started before the list was submitted does not contain the list's connections.
  const inRun = new Set(run?.connections.map(({ connectionId }) => connectionId));
  const notInRun = outcomes.filter(
    ({ connection }) => connection?.status === 'pending' && !inRun.has(connection.id),
  ).length;
  return html`<section class="card" aria-labelledby="your-list"><h2 id="your-list">${t('many.yourList')}</h2>
<p>${t('many.counts', { added: count('registered'), known: count('already_registered'), rejected: refused.length })}</p>
${notInRun > 0 && html`<p>${t('many.leftOut', { count: notInRun })}</p>`}
${
  refused.length > 0 &&
  html`<ul class="accounts">${refused.map(
    ({ accountId, error }) =>
      html`<li><span class="badge insecure">${t('many.rejected')}</span> <code>${accountId}</code> ${error && problemText(context, error)}</li>`,
  )}</ul>`
}</section>`;
}

function runProgress({ context, kit }: AccountsView, run: RunBody): Html {
  const { t, markup } = context;
  const { done, total, verified } = run;
  const url = `${context.pagePath}/verifications/${run.id}${kit.query}`;
  return html`<section class="card" aria-labelledby="progress"${run.status === 'running' && html` data-run="${url}"`}>
<h2 id="progress">${total === 0 ? t('run.allConnected') : t('run.title')}</h2>
<progress aria-labelledby="progress" max="${Math.max(1, run.total)}" value="${run.total === 0 ? 1 : run.done}"></progress>
<p role="status" data-status>${t('run.progress', { done, total, verified })}</p>
<p class="small">${markup('time.started', { time: checkedAt(context, run.createdAt) })} ${run.status === 'running' && t('run.continues')}</p>
${run.status === 'running' && html`<p class="small" data-manual-refresh><a href="${url}">${t('run.refresh')}</a></p>`}
<ul class="accounts">${run.connections.map(({ connectionId, accountId, outcome }) => {
    const { badge, text } = badgeOf(context, outcome);
    return html`<li data-connection="${connectionId}"><span class="badge ${badge}">${text}</span> <a href="${context.pagePath}/connections/${connectionId}">${t('page.account', { account: accountId })}</a></li>`;
  })}</ul></section>`;
}

/** The progress for the page's script, with labels instead of markup. */
export function toRunProgress(context: PageContext, run: RunBody): RunProgress {
  const { status, total, done, verified, waitingSeconds, connections } = run;
  return {
    status,
    total,
    done,
    verified,
    waitingSeconds,
    connections: connections.map(({ connectionId, outcome }) => ({
      connectionId,
      ...badgeOf(context, outcome),
    })),
  };
}

function badgeOf({ t }: PageContext, outcome: ItemOutcome | null): { badge: string; text: string } {
  const { badge, text } = OUTCOME_BADGES[outcome ?? 'waiting'];
  return { badge, text: t(text) };
}
