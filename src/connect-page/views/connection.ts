import { type Connection, wasNeverVerified } from '../../connections/connection.ts';
import type { Verification } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { asciiJson, type KitInput } from '../../setup-kit/setup-kit.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import { likelyCondition } from '../../verification/likely-condition.ts';
import { diff } from './diff.ts';
import { type Look, layout } from './layout.ts';
import { pasteForm, takeOver } from './policy.ts';
import { probes } from './probes.ts';
import { STATUS_WORDS } from './words.ts';

export interface ConnectionView {
  look: Look;
  kit: KitInput;
  connection: Connection;
  emulatorUrl: string | null;
  /** Where the customer goes when it is done; null for nowhere. */
  returnUrl: string | null;
}

/** One account: its checks as they are made, and what came out. */
export function connectionPage(view: ConnectionView): Html {
  const { look, connection } = view;
  const path = `${look.base}/connect/connections/${connection.id}`;
  const title = `Account ${connection.accountId}`;
  const never = connection.lastVerification === null && connection.status === 'pending';
  return layout(
    look,
    title,
    html`<p class="back"><a href="${look.base}/connect">Back to all accounts</a></p>
<section class="intro"><h1>${title}</h1><p><code class="arn">${connection.roleArn}</code></p></section>
<section class="verification" aria-labelledby="checks" data-verification="${path}/verification" data-page="${path}"${never && html` data-start`}>
<h2 id="checks">Five questions to AWS</h2>
<p>We try to use the role in five ways. One must work, four must not: they are what somebody would try who has no right to your account. The access that such a try may get is dropped at once.</p>
${probes(connection.lastVerification?.checks ?? [])}
<div id="live" class="live" role="status" hidden></div>
<div id="result" tabindex="-1">${result(view)}</div>
${
  connection.status !== 'disabled' &&
  html`<form method="post" action="${path}/verification" data-verify><button type="submit"${connection.status === 'verified' && html` class="second"`}>${connection.lastVerification === null ? 'Check now' : 'Check again'}</button></form>`
}
</section>
${wasNeverVerified(connection) && remove(path)}
<p class="after"><a href="${look.base}/connect">Connect another account</a></p>`,
  );
}

/** For a role that was named by mistake: it would stand in the list for ever. */
function remove(path: string): Html {
  return html`<form class="leave" method="post" action="${path}/removal"><button type="submit" class="plain">Not the right role? Take it off the list</button></form>`;
}

function result(view: ConnectionView): Html {
  const { connection, look } = view;
  const last = connection.lastVerification;
  switch (connection.status) {
    case 'verified':
      return html`<div class="outcome good"><h3>Connected</h3>
${last?.outcome === 'verified' ? words(last) : html`<p>The role demands your external ID.</p>`}
${view.returnUrl !== null && html`<p><a class="button" href="${view.returnUrl}">Go on to ${look.vendor}</a></p>`}
${view.returnUrl === null && html`<p>That is all. You may close this page.</p>`}</div>`;
    case 'insecure':
      return html`<div class="outcome bad"><h3>This role is not safe, and is not used</h3>${last && words(last)}${last && likelyPolicy(view, last)}${rightPolicy(view)}</div>${pasteForm(view, 'Paste your trust policy, and we name the line', '')}`;
    case 'unreachable':
      return html`<div class="outcome bad"><h3>AWS does not let us in</h3>${last && words(last)}${rightPolicy(view)}</div>${pasteForm(view, 'Paste your trust policy, and we name what is wrong', '')}`;
    case 'disabled':
      return html`<div class="outcome open"><h3>${STATUS_WORDS.disabled}</h3><p>${look.vendor} has switched this connection off. Ask ${look.vendor} to switch it on again.</p></div>`;
    case 'pending':
      return last === null
        ? html`<div class="outcome open"><h3>${STATUS_WORDS.pending}</h3><p>We have not asked AWS about this role yet.</p></div>`
        : html`<div class="outcome open"><h3>AWS did not answer every question</h3>${words(last)}</div>`;
  }
}

function words({ explanation, nextSteps }: Verification): Html {
  return html`<p>${explanation}</p>${nextSteps.length > 0 && html`<h4>What to do</h4><ul class="steps">${nextSteps.map((step) => html`<li>${step}</li>`)}</ul>`}`;
}

/** The customer's policy as it probably is, against the kit's. */
function likelyPolicy({ kit }: ConnectionView, { checks }: Verification): Html {
  const right = buildTrustPolicy(kit);
  const condition = likelyCondition(checks, kit.externalIds[0]);
  const [statement] = right.Statement;
  const { Condition: _, ...open } = statement;
  const likely = { ...right, Statement: [{ ...open, ...(condition && { Condition: condition }) }] };
  return html`<h4>What your trust policy probably says, and what it should say</h4>
<p>We cannot read your policy. Going by which tries were let in, it most likely looks like this. Take out the lines with a minus, put in those with a plus.</p>
${diff('The likely trust policy beside the right one', asciiJson(likely), asciiJson(right))}`;
}

/** For a role that is for the vendor alone; what others it trusts only the customer's own policy tells. */
function rightPolicy(view: ConnectionView): Html {
  const { look, kit } = view;
  return html`<details class="right"><summary>The whole policy that is right, to copy</summary>
<p>For a role that is for ${look.vendor} alone. If yours trusts others too, paste your policy below instead: what is theirs is kept.</p>
${takeOver(view, 'right-policy', 'the right policy', asciiJson(buildTrustPolicy(kit)))}</details>`;
}
