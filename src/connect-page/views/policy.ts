import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import type { TrustPolicyCheck } from '../../policy-checks/check-trust-policy.ts';
import type { Finding } from '../../policy-checks/finding.ts';
import type { KitInput } from '../../setup-kit/setup-kit.ts';
import { SANDBOX_ACCOUNT, showTrustPolicy, updateTrustPolicy } from './commands.ts';
import { diff } from './diff.ts';
import { block, type Look, layout } from './layout.ts';
import { probes } from './probes.ts';
import { FORETOLD_WORDS } from './words.ts';

/** Longer than any trust policy (IAM's own limit is 4,096 characters), with room for white space. */
export const LONGEST_POLICY = 60_000;

/** What the forms and pages about a pasted policy are drawn from. */
export interface PolicyView {
  look: Look;
  kit: KitInput;
  /** Whose role's policy it is; null where it was pasted by itself. */
  connection: Connection | null;
  emulatorUrl: string | null;
}

/** Where a trust policy is pasted; a plain form, answered with a page. */
export function pasteForm(view: PolicyView, title: string, pasted: string): Html {
  const { look, connection, emulatorUrl } = view;
  const help =
    emulatorUrl === null
      ? html`In the IAM console: the role, <b>Trust relationships</b>. Or the answer of <code>aws iam get-role</code>.`
      : 'In the sandbox it is the answer of the command below.';
  return html`<details class="paste"${pasted !== '' && html` open`}><summary>${title}</summary>
<form method="post" action="${look.base}/connect/policy-checks">
${connection && html`<input type="hidden" name="connectionId" value="${connection.id}">`}
<label for="policy">Trust policy of the role</label>
<p class="small" id="policy-help">${help} It is checked here, and neither kept nor sent to AWS.</p>
${emulatorUrl !== null && block('show-policy', 'the command that shows it', showTrustPolicy(whereOf(view), roleNameOf(view)))}
<textarea id="policy" name="policy" rows="12" required maxlength="${LONGEST_POLICY}" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="policy-help">\n${pasted}</textarea>
<button type="submit" class="second">Check the policy</button>
</form></details>`;
}

const whereOf = ({ connection, emulatorUrl }: PolicyView) => ({
  accountId: connection?.accountId ?? SANDBOX_ACCOUNT,
  emulatorUrl,
});

const roleNameOf = ({ connection, kit }: PolicyView): string =>
  connection?.roleArn.split('/').at(-1) ?? kit.role.name;

/** A trust policy to take over: to copy, and as the command that gives it to the role. */
export function takeOver(view: PolicyView, id: string, what: string, policy: string): Html {
  const { connection, kit, emulatorUrl } = view;
  const command = updateTrustPolicy(whereOf(view), roleNameOf(view), policy);
  const elsewhere =
    emulatorUrl === null
      ? html`In a terminal with credentials of the role's account`
      : html`In the sandbox, which has no console`;
  return html`${block(id, what, policy)}<details${emulatorUrl !== null && html` open`}><summary>With the AWS CLI</summary>
<p>${elsewhere}.${connection === null && html` If your role is not called <code>${kit.role.name}</code>${emulatorUrl !== null && html` or lies in another account than ${SANDBOX_ACCOUNT}`}, change that in the command first.`}</p>
${block(`${id}-command`, 'the command that changes the role', command)}</details>`;
}

const VERDICTS: Record<TrustPolicyCheck['verdict'], { kind: string; title: string; text: string }> = {
  safe: {
    kind: 'good',
    title: 'This policy is right',
    text: 'It lets us in with your external ID, and with no other.',
  },
  unsafe: {
    kind: 'bad',
    title: 'This policy is not safe',
    text: 'It also lets in somebody who does not have your external ID.',
  },
  not_assumable: {
    kind: 'bad',
    title: 'This policy does not let us in',
    text: 'With your external ID we are refused.',
  },
  invalid: {
    kind: 'bad',
    title: 'IAM would not take this policy',
    text: 'It has to be mended before anybody can say whom it lets in.',
  },
};

/** A verdict is that of the probes alone; what was found beyond it is not passed over. */
function verdictOf({ verdict, findings }: TrustPolicyCheck): (typeof VERDICTS)[keyof typeof VERDICTS] {
  if (verdict !== 'safe' || findings.length === 0) return VERDICTS[verdict];
  return findings.some(({ severity }) => severity === 'error')
    ? { kind: 'bad', title: 'This policy has a fault', text: 'It demands your external ID, but see below.' }
    : {
        kind: 'good',
        title: 'This policy works',
        text: 'It lets us in with your external ID. Look at what is noted below, before you leave it so.',
      };
}

/** What is wrong with a pasted policy, line by line, and the policy that is right. */
export function policyPage(view: PolicyView & { pasted: string; check: TrustPolicyCheck }): Html {
  const { look, pasted, check } = view;
  const { kind, title, text } = verdictOf(check);
  const suggested = JSON.stringify(check.suggestedPolicy, null, 2);
  const changed = normalised(pasted) !== suggested;
  return layout(
    look,
    title,
    html`${back(view)}
<section class="verification"><div class="outcome ${kind}"><h1>${title}</h1><p>${text}</p></div>
${check.findings.length > 0 && html`<h2>What we found</h2><ol class="findings">${check.findings.map((finding) => found(finding))}</ol>`}
${check.findings.length > 0 && html`<h2>Your policy, by lines</h2>${numbered(pasted, check.findings)}`}
${changed && html`<h2>The policy that is right</h2><p>Put it in place of the role's trust policy. What is not about ${look.vendor} is as it was.</p>${takeOver(view, 'suggested-policy', 'the corrected policy', suggested)}`}
${changed && normalised(pasted) !== null && html`<details><summary>Show what changes</summary>${diff('What changes in your policy', normalised(pasted) ?? '', suggested)}</details>`}
${check.verdict !== 'invalid' && html`<h2>The five questions, asked of this policy</h2>${probes(check.checks, FORETOLD_WORDS)}`}
${pasteForm(view, 'Change it and check again', pasted)}
</section>
${next(view)}`,
  );
}

/** The policy is not lost for having to wait. */
export function waitPage(view: PolicyView & { pasted: string }, seconds: number): Html {
  const title = 'One moment, please';
  return layout(
    view.look,
    title,
    html`${back(view)}
<section class="verification"><div class="outcome open"><h1>${title}</h1><p>Many policies were checked in the last minute. Yours is still here: send it again in ${seconds} s.</p></div>
${pasteForm(view, 'Check again', view.pasted)}
</section>`,
  );
}

function back({ look, connection }: PolicyView): Html {
  return connection === null
    ? html`<p class="back"><a href="${look.base}/connect">Back to all accounts</a></p>`
    : html`<p class="back"><a href="${look.base}/connect/connections/${connection.id}">Back to account ${connection.accountId}</a></p>`;
}

function next({ look, connection }: PolicyView): Html {
  return connection === null
    ? html`<p class="after">When the role has the right policy, <a href="${look.base}/connect#step-2">go back and check the role itself</a>.</p>`
    : html`<form class="after" method="post" action="${look.base}/connect/connections/${connection.id}/verification"><p>When the role has the right policy:</p><button type="submit">Check the role itself</button></form>`;
}

function found({ severity, message, fix, line, path }: Finding): Html {
  const where = line === undefined ? path : `Line ${line}`;
  return html`<li class="${severity}"><p><b>${severity === 'error' ? 'Error' : 'Note'}${where !== '' && `, ${where.replace(/^Line/, 'line')}`}.</b> ${message}</p><p>${fix}</p></li>`;
}

function numbered(text: string, findings: readonly Finding[]): Html {
  const marked = new Set(findings.map(({ line }) => line));
  return html`<pre class="lines" tabindex="0" role="region" aria-label="Your policy, by lines">${text
    .split(/\r?\n/)
    .map(
      (line, i) =>
        html`<span class="${marked.has(i + 1) ? 'marked' : 'line'}"><span class="at">${i + 1}${marked.has(i + 1) && html`<span class="unseen">, see above:</span>`}</span> ${line}\n</span>`,
    )}</pre>`;
}

/** The pasted policy laid out like the suggested one; null when it is no JSON object. */
function normalised(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}
