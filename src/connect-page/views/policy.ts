import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import type { TrustPolicyCheck } from '../../policy-checks/check-trust-policy.ts';
import type { ReportedFinding } from '../../policy-checks/findings/report.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import {
  type CommandTarget,
  SANDBOX_ACCOUNT,
  showTrustPolicyCommand,
  updateTrustPolicyCommand,
} from './commands.ts';
import { checkList, copyableText, diff } from './components.ts';
import { layout } from './layout.ts';

/** IAM allows 4,096 characters in a trust policy, not counting white space. */
export const MAX_POLICY_CHARACTERS = 60_000;

export interface PolicyView {
  context: PageContext;
  kit: SessionSetupKit;
  /** The connection whose role has the policy; null if the policy was pasted on the home page. */
  connection: Connection | null;
  emulatorUrl: string | null;
}

/** A form to paste a trust policy into. The response is a page, so it works without the script. */
export function policyForm(view: PolicyView, title: string, pasted: string): Html {
  const { context, kit, connection, emulatorUrl } = view;
  const { t, markup } = context;
  const help = markup(emulatorUrl === null ? 'policy.help' : 'policy.helpSandbox');
  return html`<details class="fold policy-form"${pasted !== '' && html` open`}><summary>${title}</summary>
<form method="post" action="${context.pagePath}/policy-checks${kit.query}">
${connection && html`<input type="hidden" name="connectionId" value="${connection.id}">`}
<label for="policy">${t('policy.label')}</label>
<p class="small" id="policy-help">${help} ${t('policy.private')}</p>
${emulatorUrl !== null && copyableText(context, 'show-policy', t('policy.showCommand'), showTrustPolicyCommand(commandTargetOf(view), roleNameOf(view)))}
<textarea id="policy" name="policy" rows="12" required maxlength="${MAX_POLICY_CHARACTERS}" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="policy-help">\n${pasted}</textarea>
<button type="submit" class="secondary">${t('policy.check')}</button>
</form></details>`;
}

const commandTargetOf = ({ connection, kit, emulatorUrl }: PolicyView): CommandTarget => ({
  accountId: connection?.accountId ?? SANDBOX_ACCOUNT,
  region: kit.region,
  emulatorUrl,
});

const roleNameOf = ({ connection, kit }: PolicyView): string =>
  connection?.roleArn.split('/').at(-1) ?? kit.role.name;

/** A trust policy to copy, and the command that sets it on the role. */
export function policyToApply(view: PolicyView, id: string, label: string, policy: string): Html {
  const { context, connection, kit, emulatorUrl } = view;
  const { t, markup } = context;
  const command = updateTrustPolicyCommand(commandTargetOf(view), roleNameOf(view), policy);
  const role = kit.role.name;
  const otherName =
    emulatorUrl === null
      ? markup('policy.otherName', { role })
      : markup('policy.otherNameSandbox', { role, account: SANDBOX_ACCOUNT });
  return html`${copyableText(context, id, label, policy)}<details class="fold"${emulatorUrl !== null && html` open`}><summary>${t('policy.withCli')}</summary>
<p>${emulatorUrl === null ? t('policy.inTerminal') : t('policy.inSandbox')} ${connection === null && otherName}</p>
${copyableText(context, `${id}-command`, t('policy.changeCommand'), command)}</details>`;
}

interface Headline {
  kind: 'good' | 'bad' | 'pending';
  verdict: TrustPolicyCheck['verdict'] | 'withError' | 'withNotes';
}

const KINDS: Record<TrustPolicyCheck['verdict'], Headline['kind']> = {
  safe: 'good',
  unsafe: 'bad',
  not_assumable: 'bad',
  undetermined: 'pending',
  invalid: 'bad',
};

/** The verdict comes from the probes alone; the headline also covers findings that the probes cannot detect. */
function headlineOf({ verdict, findings }: TrustPolicyCheck): Headline {
  if (verdict !== 'safe' || findings.length === 0) return { kind: KINDS[verdict], verdict };
  return findings.some(({ severity }) => severity === 'error')
    ? { kind: 'bad', verdict: 'withError' }
    : { kind: 'good', verdict: 'withNotes' };
}

/** The findings about a pasted policy with their lines, and the suggested policy. */
export function policyPage(view: PolicyView & { pasted: string; check: TrustPolicyCheck }): Html {
  const { context, pasted, check } = view;
  const { t, vendorName: vendor } = context;
  const { kind, verdict } = headlineOf(check);
  const title = t(`verdict.${verdict}.title`);
  const text = t(`verdict.${verdict}.text`, { vendor });
  return layout(
    context,
    title,
    html`${backLink(view)}
<section class="card outcome ${kind}"><h1>${title}</h1><p>${text}</p></section>
${check.findings.length > 0 && html`<section class="card"><h2>${t('policy.whatToChange')}</h2><ol class="findings">${check.findings.map((finding) => findingItem(context, finding))}</ol><h3>${t('policy.yours')}</h3>${numberedLines(context, pasted, check.findings)}</section>`}
${suggestion(view)}
${check.verdict !== 'invalid' && html`<details class="card fold checks"><summary>${t('policy.predictedChecks')}</summary>${checkList(context, check.checks, 'predicted')}</details>`}
<section class="card folds" aria-label="${t('page.more')}">${policyForm(view, t('policy.changeAndCheck'), pasted)}</section>
${nextStep(view)}`,
  );
}

/**
 * The suggested policy. Only a policy that is known to keep everything else gets the command that replaces the role's; for
 * any other text there is the statement to add, so that nothing that the role has is lost.
 */
function suggestion(view: PolicyView & { pasted: string; check: TrustPolicyCheck }): Html | false {
  const { context, pasted, check } = view;
  const { suggestedChange, additionReason = 'unproven', suggestedPolicy, suggestedSources } = check;
  const { t, vendorName: vendor } = context;
  if (suggestedChange === 'none') return false;
  const sources = html`<details class="fold"><summary>${t('policy.asTerraform')}</summary>${copyableText(context, 'suggested-terraform', 'Terraform', suggestedSources.terraform)}</details>
<details class="fold"><summary>${t('policy.asCloudFormation')}</summary>${copyableText(context, 'suggested-cloudformation', 'CloudFormation', suggestedSources.cloudFormation)}</details>`;
  if (suggestedChange === 'add_statement') {
    const [statement] = suggestedPolicy.Statement as object[];
    return html`<section class="card"><h2>${t('policy.addStatementTitle')}</h2><p>${t(`policy.addStatement.${additionReason}`)} ${t('policy.addStatementText', { vendor })}</p>${copyableText(context, 'suggested-statement', t('policy.addStatement'), JSON.stringify(statement, null, 2))}${sources}</section>`;
  }
  const suggested = JSON.stringify(suggestedPolicy, null, 2);
  const before = formatJson(pasted);
  return html`<section class="card"><h2>${t('policy.correctedTitle')}</h2><p>${t('policy.correctedText', { vendor })}</p>${policyToApply(view, 'suggested-policy', t('policy.corrected'), suggested)}${sources}
${before !== null && html`<details class="fold"><summary>${t('policy.showChanges')}</summary>${diff(context, t('policy.changes'), before, suggested)}</details>`}</section>`;
}

/** Shown when the rate limit is exceeded. It contains the policy again, so that the customer does not lose it. */
export function rateLimitedPage(view: PolicyView & { pasted: string }, seconds: number): Html {
  const { t } = view.context;
  const title = t('problem.wait');
  return layout(
    view.context,
    title,
    html`${backLink(view)}
<section class="card outcome pending"><h1>${title}</h1><p>${t('policy.rateLimited', { seconds })}</p></section>
<section class="card folds" aria-label="${t('page.more')}">${policyForm(view, t('policy.checkAgain'), view.pasted)}
</section>`,
  );
}

function backLink({ context, kit, connection }: PolicyView): Html {
  const { t } = context;
  return connection === null
    ? html`<p class="back"><a href="${context.pagePath}/new${kit.query}">${t('page.back')}</a></p>`
    : html`<p class="back"><a href="${context.pagePath}/connections/${connection.id}">${t('page.account', { account: connection.accountId })}</a></p>`;
}

function nextStep({ context, kit, connection }: PolicyView): Html {
  const { t, markup, pagePath } = context;
  const link = html`<a href="${pagePath}/new${kit.query}#step-2">${t('policy.goBack')}</a>`;
  return connection === null
    ? html`<p>${markup('policy.whenCorrectLink', { link })}</p>`
    : html`<form method="post" action="${context.pagePath}/connections/${connection.id}/verification"><p>${t('policy.whenCorrect')}</p><button type="submit">${t('connection.verify')}</button></form>`;
}

function findingItem({ t, sentences }: PageContext, found: ReportedFinding): Html {
  const { severity, messages, line, path } = found;
  const location = line === undefined ? path : t('policy.line', { line });
  const kind = severity === 'error' ? t('policy.error') : t('policy.note');
  const label = location === '' ? t('policy.finding', { kind }) : t('policy.findingAt', { kind, location });
  return html`<li class="${severity}"><p><b>${label}</b> ${sentences(messages.message)}</p><p>${sentences(messages.fix)}</p></li>`;
}

function numberedLines({ t }: PageContext, text: string, findings: readonly ReportedFinding[]): Html {
  const highlighted = new Set(findings.map(({ line }) => line));
  return html`<pre class="lines" tabindex="0" role="region" aria-label="${t('policy.byLines')}">${text
    .split(/\r?\n/)
    .map(
      (line, i) =>
        html`<span class="${highlighted.has(i + 1) ? 'highlighted' : 'line'}"><span class="line-number">${i + 1}${highlighted.has(i + 1) && html`<span class="visually-hidden">${t('policy.seeAbove')}</span>`}</span> ${line}\n</span>`,
    )}</pre>`;
}

/** Formats a pasted policy like the suggested one, to compare them; null if it is not a JSON object. */
function formatJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}
