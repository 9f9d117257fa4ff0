import { type Connection, type ConnectionStatus, wasNeverVerified } from '../../connections/connection.ts';
import type { Verification } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { checkedAt } from '../../pages/components.ts';
import { formatAsciiJson } from '../../setup-kit/kit-text.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import { inferCondition } from '../../verification/infer-condition.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { checkList, diff } from './components.ts';
import { layout } from './layout.ts';
import { policyForm, policyToApply } from './policy.ts';

export const STATUS_LABELS: Record<ConnectionStatus, string> = {
  pending: 'Not verified',
  verified: 'Connected',
  insecure: 'Not secure',
  unreachable: 'No access',
  disabled: 'Disabled',
};

export interface ConnectionView {
  context: PageContext;
  kit: SessionSetupKit;
  connection: Connection;
  emulatorUrl: string | null;
  /** The vendor's page to which the customer returns; null if the link has none. */
  returnUrl: string | null;
}

/** One account: the outcome and its time first, then the security checks, then what to do. */
export function connectionPage(view: ConnectionView): Html {
  const { context, kit, connection } = view;
  const { status, lastVerification: last } = connection;
  const path = `${context.pagePath}/connections/${connection.id}`;
  const { kind, title, text } = outcomeOf(view);
  const checks = last?.checks ?? [];
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">All accounts</a> / Account ${connection.accountId}</p>
<div class="connection" data-verification="${path}/verification" data-page="${path}">
<section class="card outcome ${kind}" data-outcome><div id="outcome" tabindex="-1"><h1>${title}</h1>
<p class="small">${last !== null && html`Checked ${checkedAt(context, last.checkedAt)} · `}<code>${connection.roleArn}</code></p>
${text !== '' && html`<p>${text}</p>`}
${status === 'verified' && continueLink(view)}</div><div id="live" role="status"></div></section>
<details class="card fold checks"${status !== 'verified' && html` open`}><summary>Security checks${status === 'verified' && html` <span class="badge verified">${checks.length} of ${checks.length} passed</span>`}</summary>
${checkList(checks)}</details>
${
  status !== 'disabled' &&
  html`<form method="post" action="${path}/verification" data-verify-form><button type="submit"${status === 'verified' && html` class="secondary"`}>${last === null ? 'Verify connection' : 'Verify again'}</button></form>`
}
<div id="fix">${whatToDo(view)}</div>
<p class="minor-actions"><a href="${context.pagePath}/new${kit.query}">Connect another account</a></p>
${wasNeverVerified(connection) && removalForm(path)}
</div>`,
  );
}

/** Lets the customer remove a role that was entered by mistake. */
function removalForm(path: string): Html {
  return html`<form class="minor-actions" data-removal method="post" action="${path}/removal"><button type="submit" class="plain">Not the right role? Remove it</button></form>`;
}

function continueLink({ context, returnUrl }: ConnectionView): Html {
  if (returnUrl === null) return html`<p>You can close this page.</p>`;
  return html`<p class="actions"><a class="button" href="${returnUrl}">Continue to ${context.vendorName}</a></p>`;
}

function outcomeOf({ connection, context }: ConnectionView): { kind: string; title: string; text: string } {
  const { status, lastVerification: last } = connection;
  const { vendorName } = context;
  const explanation = last?.explanation ?? '';
  switch (status) {
    case 'verified':
      return {
        kind: 'good',
        title: "You're connected.",
        text:
          last?.outcome === 'verified' && last.nextSteps.length === 0
            ? `${vendorName} can use this account, and your role enforces your external ID.`
            : explanation,
      };
    case 'insecure':
      return {
        kind: 'bad',
        title: `This role is not secure, so ${vendorName} does not use it`,
        text: explanation,
      };
    case 'unreachable':
      return { kind: 'bad', title: `${vendorName} has no access to this role`, text: explanation };
    case 'disabled':
      return {
        kind: 'pending',
        title: 'This connection is disabled',
        text: `${vendorName} has disabled it. Ask ${vendorName} to enable it again.`,
      };
    case 'pending':
      return last === null
        ? { kind: 'pending', title: 'Not verified yet', text: 'AWS has not been asked about this role yet.' }
        : { kind: 'pending', title: 'AWS did not answer every check', text: explanation };
  }
}

function whatToDo(view: ConnectionView): Html | false {
  const { status, lastVerification: last } = view.connection;
  const steps = last?.nextSteps ?? [];
  const list =
    steps.length > 0 && html`<h2>What to do</h2><ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>`;
  if (status === 'disabled') return false;
  if (status === 'verified') return list && html`<section class="card">${list}</section>`;
  return html`<section class="card folds">${list}${status === 'insecure' && last && inferredPolicyDiff(view, last)}${kitPolicyDetails(view)}
${policyForm(view, 'Paste your trust policy to see what is wrong', '')}</section>`;
}

/** Compares the customer's policy, as inferred from the probes, with the kit's. */
function inferredPolicyDiff({ kit, context }: ConnectionView, { checks }: Verification): Html {
  const kitPolicy = buildTrustPolicy(kit);
  const condition = inferCondition(checks, kit.externalIds[0]);
  const { Condition: _, ...statement } = kitPolicy.Statement[0];
  const inferred = {
    ...kitPolicy,
    Statement: [{ ...statement, ...(condition && { Condition: condition }) }],
  };
  return html`<h3>The likely change to your trust policy</h3>
<p>${context.vendorName} cannot read your policy. The checks suggest that it looks like this: remove the lines with a minus, add those with a plus.</p>
${diff('The likely trust policy beside the correct one', formatAsciiJson(inferred), formatAsciiJson(kitPolicy))}`;
}

/** The kit's whole policy. It fits only a role that trusts nobody but the vendor. */
function kitPolicyDetails(view: ConnectionView): Html {
  const { context, kit, connection } = view;
  // A customer whose role was imported comes for this policy.
  return html`<details class="fold"${connection.legacy && html` open`}><summary>The trust policy that this role needs</summary>
<p>For a role that only ${context.vendorName} uses. If yours trusts others too, paste your policy below instead: the rest of it is kept.</p>
${policyToApply(view, 'right-policy', 'Correct policy', formatAsciiJson(buildTrustPolicy(kit)))}</details>`;
}
