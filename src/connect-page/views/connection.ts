import { type Connection, type ConnectionStatus, wasNeverVerified } from '../../connections/connection.ts';
import type { Verification } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatAsciiJson } from '../../setup-kit/kit-text.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import { inferCondition } from '../../verification/infer-condition.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { diff, probeList } from './components.ts';
import { layout } from './layout.ts';
import { policyForm, policyToApply } from './policy.ts';

export const STATUS_LABELS: Record<ConnectionStatus, string> = {
  pending: 'Not checked yet',
  verified: 'Connected',
  insecure: 'Not safe',
  unreachable: 'No access',
  disabled: 'Switched off',
};

export interface ConnectionView {
  context: PageContext;
  kit: SessionSetupKit;
  connection: Connection;
  emulatorUrl: string | null;
  /** The vendor's page to which the customer returns; null if the link has none. */
  returnUrl: string | null;
}

/** One account, with its probes and the result of the last verification. */
export function connectionPage(view: ConnectionView): Html {
  const { context, kit, connection } = view;
  const path = `${context.pagePath}/connections/${connection.id}`;
  const title = `Account ${connection.accountId}`;
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">Back to all accounts</a></p>
<section class="intro"><h1>${title}</h1><p><code class="arn">${connection.roleArn}</code></p></section>
<section class="verification" aria-labelledby="checks" data-verification="${path}/verification" data-page="${path}">
<h2 id="checks">Five questions to AWS</h2>
<p>We try to use the role in five ways. One must work, four must not: they are what somebody would try who has no right to your account. The access that such a try may get is dropped at once.</p>
${probeList(connection.lastVerification?.checks ?? [])}
<div id="live" class="live" role="status" hidden></div>
<div id="result" tabindex="-1">${verificationResult(view)}</div>
${
  connection.status !== 'disabled' &&
  html`<form method="post" action="${path}/verification" data-verify-form><button type="submit"${connection.status === 'verified' && html` class="secondary"`}>${connection.lastVerification === null ? 'Check now' : 'Check again'}</button></form>`
}
</section>
${wasNeverVerified(connection) && removalForm(path)}
<p><a href="${context.pagePath}${kit.query}">Connect another account</a></p>`,
  );
}

/** Lets the customer remove a role that was entered by mistake. */
function removalForm(path: string): Html {
  return html`<form class="minor-action" data-removal method="post" action="${path}/removal"><button type="submit" class="plain">Not the right role? Take it off the list</button></form>`;
}

function verificationResult(view: ConnectionView): Html {
  const { connection, context } = view;
  const last = connection.lastVerification;
  switch (connection.status) {
    case 'verified':
      return html`<div class="outcome good"><h3>Connected</h3>
${last?.outcome === 'verified' ? explain(last) : html`<p>The role demands your external ID.</p>`}
${view.returnUrl !== null && html`<p><a class="button" href="${view.returnUrl}">Go on to ${context.vendorName}</a></p>`}
${view.returnUrl === null && html`<p>That is all. You may close this page.</p>`}</div>`;
    case 'insecure':
      return html`<div class="outcome bad"><h3>This role is not safe, and is not used</h3>${last && explain(last)}${last && inferredPolicyDiff(view, last)}${kitPolicyDetails(view)}</div>${policyForm(view, 'Paste your trust policy, and we name the line', '')}`;
    case 'unreachable':
      return html`<div class="outcome bad"><h3>AWS does not let us in</h3>${last && explain(last)}${kitPolicyDetails(view)}</div>${policyForm(view, 'Paste your trust policy, and we name what is wrong', '')}`;
    case 'disabled':
      return html`<div class="outcome pending"><h3>${STATUS_LABELS.disabled}</h3><p>${context.vendorName} has switched this connection off. Ask ${context.vendorName} to switch it on again.</p></div>`;
    case 'pending':
      return last === null
        ? html`<div class="outcome pending"><h3>${STATUS_LABELS.pending}</h3><p>We have not asked AWS about this role yet.</p></div>`
        : html`<div class="outcome pending"><h3>AWS did not answer every question</h3>${explain(last)}</div>`;
  }
}

function explain({ explanation, nextSteps }: Verification): Html {
  return html`<p>${explanation}</p>${nextSteps.length > 0 && html`<h4>What to do</h4><ul>${nextSteps.map((step) => html`<li>${step}</li>`)}</ul>`}`;
}

/** Compares the customer's policy, as inferred from the probes, with the kit's. */
function inferredPolicyDiff({ kit }: ConnectionView, { checks }: Verification): Html {
  const kitPolicy = buildTrustPolicy(kit);
  const condition = inferCondition(checks, kit.externalIds[0]);
  const { Condition: _, ...statement } = kitPolicy.Statement[0];
  const inferred = {
    ...kitPolicy,
    Statement: [{ ...statement, ...(condition && { Condition: condition }) }],
  };
  return html`<h4>What your trust policy probably says, and what it should say</h4>
<p>We cannot read your policy. Going by which tries were let in, it most likely looks like this. Take out the lines with a minus, put in those with a plus.</p>
${diff('The likely trust policy beside the right one', formatAsciiJson(inferred), formatAsciiJson(kitPolicy))}`;
}

/** The kit's whole policy. It fits only a role that trusts nobody but the vendor. */
function kitPolicyDetails(view: ConnectionView): Html {
  const { context, kit } = view;
  return html`<details><summary>The whole policy that is right, to copy</summary>
<p>For a role that is for ${context.vendorName} alone. If yours trusts others too, paste your policy below instead: what is theirs is kept.</p>
${policyToApply(view, 'right-policy', 'the right policy', formatAsciiJson(buildTrustPolicy(kit)))}</details>`;
}
