import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import { copyableText } from '../../pages/components.ts';
import type { TrustPolicyCheck } from '../../policy-checks/check-trust-policy.ts';
import type { ReportedFinding } from '../../policy-checks/findings/finding.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import {
  type CommandTarget,
  SANDBOX_ACCOUNT,
  showTrustPolicyCommand,
  updateTrustPolicyCommand,
} from './commands.ts';
import { checkList, diff } from './components.ts';
import { PREDICTED_LABELS } from './labels.ts';
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
  const help =
    emulatorUrl === null
      ? html`In the IAM console, open the role and choose <b>Trust relationships</b>, or run <code>aws iam get-role</code>.`
      : 'In the sandbox, run the command below to get it.';
  return html`<details class="fold policy-form"${pasted !== '' && html` open`}><summary>${title}</summary>
<form method="post" action="${context.pagePath}/policy-checks${kit.query}">
${connection && html`<input type="hidden" name="connectionId" value="${connection.id}">`}
<label for="policy">Trust policy of the role</label>
<p class="small" id="policy-help">${help} It is neither stored nor sent to AWS.</p>
${emulatorUrl !== null && copyableText('show-policy', 'Command that shows it', showTrustPolicyCommand(commandTargetOf(view), roleNameOf(view)))}
<textarea id="policy" name="policy" rows="12" required maxlength="${MAX_POLICY_CHARACTERS}" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="policy-help">\n${pasted}</textarea>
<button type="submit" class="secondary">Check the policy</button>
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
  const { connection, kit, emulatorUrl } = view;
  const command = updateTrustPolicyCommand(commandTargetOf(view), roleNameOf(view), policy);
  const instruction =
    emulatorUrl === null
      ? html`In a terminal with credentials of the role's account`
      : html`In the sandbox, which has no console`;
  return html`${copyableText(id, label, policy)}<details class="fold"${emulatorUrl !== null && html` open`}><summary>With the AWS CLI</summary>
<p>${instruction}.${connection === null && html` If your role is not named <code>${kit.role.name}</code>${emulatorUrl !== null && html` or is in another account than ${SANDBOX_ACCOUNT}`}, change that in the command first.`}</p>
${copyableText(`${id}-command`, 'Command that changes the role', command)}</details>`;
}

interface Headline {
  kind: string;
  title: string;
  text: (vendor: string) => string;
}

const VERDICTS: Record<TrustPolicyCheck['verdict'], Headline> = {
  safe: {
    kind: 'good',
    title: 'This policy is correct',
    text: (vendor) => `It allows ${vendor} with your external ID, and with no other.`,
  },
  unsafe: {
    kind: 'bad',
    title: 'This policy is not secure',
    text: (vendor) => `It also allows ${vendor} without exactly your external ID.`,
  },
  not_assumable: {
    kind: 'bad',
    title: 'This policy gives no access',
    text: (vendor) => `It denies ${vendor}, even with your external ID.`,
  },
  undetermined: {
    kind: 'pending',
    title: 'This policy cannot be judged from its text alone',
    text: () => 'See the findings below. Verify the connection to find out what it allows.',
  },
  invalid: {
    kind: 'bad',
    title: 'IAM would reject this policy',
    text: () => 'Correct it first. Until then, nobody can tell whom it allows.',
  },
};

/** The verdict comes from the probes alone; the headline also covers findings that the probes cannot detect. */
function headlineOf({ verdict, findings }: TrustPolicyCheck): Headline {
  if (verdict !== 'safe' || findings.length === 0) return VERDICTS[verdict];
  return findings.some(({ severity }) => severity === 'error')
    ? {
        kind: 'bad',
        title: 'This policy has an error',
        text: () => 'It requires your external ID, but see below.',
      }
    : {
        kind: 'good',
        title: 'This policy works',
        text: (vendor) => `It allows ${vendor} with your external ID. See the notes below.`,
      };
}

/** The findings about a pasted policy with their lines, and the suggested policy. */
export function policyPage(view: PolicyView & { pasted: string; check: TrustPolicyCheck }): Html {
  const { context, pasted, check } = view;
  const { kind, title, text } = headlineOf(check);
  return layout(
    context,
    title,
    html`${backLink(view)}
<section class="card outcome ${kind}"><h1>${title}</h1><p>${text(context.vendorName)}</p></section>
${check.findings.length > 0 && html`<section class="card"><h2>What to change</h2><ol class="findings">${check.findings.map((finding) => findingItem(finding))}</ol><h3>Your policy</h3>${numberedLines(pasted, check.findings)}</section>`}
${suggestion(view)}
${check.verdict !== 'invalid' && html`<details class="card fold checks"><summary>Security checks, predicted from this policy</summary>${checkList(check.checks, PREDICTED_LABELS)}</details>`}
<section class="card folds" aria-label="More">${policyForm(view, 'Change it and check again', pasted)}</section>
${nextStep(view)}`,
  );
}

/**
 * The suggested policy. Only a policy that is known to keep everything else gets the command that replaces the role's; for
 * any other text there is the statement to add, so that nothing that the role has is lost.
 */
function suggestion(view: PolicyView & { pasted: string; check: TrustPolicyCheck }): Html | false {
  const { context, pasted, check } = view;
  const { suggestedChange, suggestedPolicy, suggestedSources } = check;
  if (suggestedChange === 'none') return false;
  const sources = html`<details class="fold"><summary>As Terraform</summary>${copyableText('suggested-terraform', 'Terraform', suggestedSources.terraform)}</details>
<details class="fold"><summary>As CloudFormation</summary>${copyableText('suggested-cloudformation', 'CloudFormation', suggestedSources.cloudFormation)}</details>`;
  if (suggestedChange === 'add_statement') {
    const [statement] = suggestedPolicy.Statement as object[];
    return html`<section class="card"><h2>The statement to add</h2><p>Not everything in your text could be read or kept, so this is only the statement for ${context.vendorName}. Add it to the role's trust policy, and leave the other statements as they are, except for what the list above names.</p>${copyableText('suggested-statement', 'Statement to add', JSON.stringify(statement, null, 2))}${sources}</section>`;
  }
  const suggested = JSON.stringify(suggestedPolicy, null, 2);
  const before = formatJson(pasted);
  return html`<section class="card"><h2>The corrected policy</h2><p>Replace the role's trust policy with it. What is not about ${context.vendorName} stays as it was, except for what the list above names.</p>${policyToApply(view, 'suggested-policy', 'Corrected policy', suggested)}${sources}
${before !== null && html`<details class="fold"><summary>Show what changes</summary>${diff('What changes in your policy', before, suggested)}</details>`}</section>`;
}

/** Shown when the rate limit is exceeded. It contains the policy again, so that the customer does not lose it. */
export function rateLimitedPage(view: PolicyView & { pasted: string }, seconds: number): Html {
  const title = 'One moment, please';
  return layout(
    view.context,
    title,
    html`${backLink(view)}
<section class="card outcome pending"><h1>${title}</h1><p>Many policies were checked in the last minute. Yours is still here: send it again in ${seconds} s.</p></section>
<section class="card folds" aria-label="More">${policyForm(view, 'Check again', view.pasted)}
</section>`,
  );
}

function backLink({ context, kit, connection }: PolicyView): Html {
  return connection === null
    ? html`<p class="back"><a href="${context.pagePath}/new${kit.query}">Back</a></p>`
    : html`<p class="back"><a href="${context.pagePath}/connections/${connection.id}">Account ${connection.accountId}</a></p>`;
}

function nextStep({ context, kit, connection }: PolicyView): Html {
  return connection === null
    ? html`<p>When the role has the correct policy, <a href="${context.pagePath}/new${kit.query}#step-2">go back and verify the connection</a>.</p>`
    : html`<form method="post" action="${context.pagePath}/connections/${connection.id}/verification"><p>When the role has the correct policy:</p><button type="submit">Verify connection</button></form>`;
}

function findingItem({ severity, message, fix, line, path }: ReportedFinding): Html {
  const location = line === undefined ? path : `line ${line}`;
  return html`<li class="${severity}"><p><b>${severity === 'error' ? 'Error' : 'Note'}${location !== '' && `, ${location}`}.</b> ${message}</p><p>${fix}</p></li>`;
}

function numberedLines(text: string, findings: readonly ReportedFinding[]): Html {
  const highlighted = new Set(findings.map(({ line }) => line));
  return html`<pre class="lines" tabindex="0" role="region" aria-label="Your policy, by lines">${text
    .split(/\r?\n/)
    .map(
      (line, i) =>
        html`<span class="${highlighted.has(i + 1) ? 'highlighted' : 'line'}"><span class="line-number">${i + 1}${highlighted.has(i + 1) && html`<span class="visually-hidden">, see above:</span>`}</span> ${line}\n</span>`,
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
