import { type Html, html } from '../../lib/html.ts';
import type { TrustPolicyCheck } from '../../policy-checks/check-trust-policy.ts';
import type { Finding } from '../../policy-checks/finding.ts';
import { diff } from './diff.ts';
import { block, type Look, layout } from './layout.ts';
import { probes } from './probes.ts';
import { FORETOLD_WORDS } from './words.ts';

/** Longer than any trust policy (IAM's own limit is 4,096 characters), with room for white space. */
export const LONGEST_POLICY = 60_000;

/** Where a trust policy is pasted; a plain form, answered with a page. */
export function pasteForm(look: Look, title: string, pasted: string): Html {
  return html`<details class="paste"${pasted !== '' && html` open`}><summary>${title}</summary>
<form method="post" action="${look.base}/connect/policy-checks">
<label for="policy">Trust policy of the role</label>
<p class="small" id="policy-help">In the IAM console: the role, <b>Trust relationships</b>. Or the answer of <code>aws iam get-role</code>. It is checked here, and neither kept nor sent to AWS.</p>
<textarea id="policy" name="policy" rows="12" required maxlength="${LONGEST_POLICY}" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="policy-help">\n${pasted}</textarea>
<button type="submit" class="second">Check the policy</button>
</form></details>`;
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

/** What is wrong with a pasted policy, line by line, and the policy that is right. */
export function policyPage(look: Look, pasted: string, check: TrustPolicyCheck): Html {
  const errors = check.findings.filter(({ severity }) => severity === 'error');
  const verdict = VERDICTS[check.verdict];
  // A verdict is that of the probes alone; an error beyond it still has to be mended.
  const flawed = check.verdict === 'safe' && errors.length > 0;
  const { kind, title, text } = flawed
    ? { kind: 'bad', title: 'This policy has a fault', text: 'It demands your external ID, but see below.' }
    : verdict;
  const suggested = JSON.stringify(check.suggestedPolicy, null, 2);
  const changed = normalised(pasted) !== suggested;
  return layout(
    look,
    title,
    html`<p class="back"><a href="${look.base}/connect">Back to all accounts</a></p>
<section class="verification"><div class="outcome ${kind}"><h1>${title}</h1><p>${text}</p></div>
${check.findings.length > 0 && html`<h2>What we found</h2><ol class="findings">${check.findings.map((finding) => found(finding))}</ol>`}
${check.findings.length > 0 && html`<h2>Your policy, by lines</h2>${numbered(pasted, check.findings)}`}
${changed && html`<h2>The policy that is right</h2><p>Put it in place of the role's trust policy. What is not about ${look.vendor} is as it was.</p>${block('suggested-policy', 'the corrected policy', suggested)}`}
${changed && normalised(pasted) !== null && html`<details><summary>Show what changes</summary>${diff('What changes in your policy', normalised(pasted) ?? '', suggested)}</details>`}
${check.verdict !== 'invalid' && html`<h2>The five questions, asked of this policy</h2>${probes(check.checks, FORETOLD_WORDS)}`}
${pasteForm(look, 'Change it and check again', pasted)}
</section>
<p class="after">When the role has the right policy, <a href="${look.base}/connect">go back and check the role itself</a>.</p>`,
  );
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
