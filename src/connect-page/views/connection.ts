import { type Connection, wasNeverVerified } from '../../connections/connection.ts';
import type { Verification } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatAsciiJson } from '../../setup-kit/kit-text.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import { inferCondition } from '../../verification/infer-condition.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { checkedAt, checkList, diff } from './components.ts';
import { layout } from './layout.ts';
import { policyForm, policyToApply } from './policy.ts';

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
  const { t } = context;
  const { status, lastVerification: last } = connection;
  const path = `${context.pagePath}/connections/${connection.id}`;
  const { kind, title, text } = outcomeOf(view);
  const checks = last?.checks ?? [];
  return layout(
    context,
    title,
    html`<p class="back"><a href="${context.pagePath}${kit.query}">${t('page.allAccounts')}</a> / ${t('page.account', { account: connection.accountId })}</p>
<div class="connection" data-verification="${path}/verification" data-page="${path}">
<section class="card outcome ${kind}" data-outcome><div id="outcome" tabindex="-1"><h1>${title}</h1>
<p class="small">${last !== null && html`${context.markup('time.checked', { time: checkedAt(context, last.checkedAt) })} · `}<code>${connection.roleArn}</code></p>
${text}
${status === 'verified' && continueLink(view)}</div><div id="live" role="status"></div></section>
<details class="card fold checks"${status !== 'verified' && html` open`}><summary>${t('connection.checks')}${status === 'verified' && html` <span class="badge verified">${t('connection.passed', { passed: checks.length, total: checks.length })}</span>`}</summary>
${checkList(context, checks)}</details>
${
  status !== 'disabled' &&
  html`<form method="post" action="${path}/verification" data-verify-form><button type="submit"${status === 'verified' && html` class="secondary"`}>${last === null ? t('connection.verify') : t('connection.verifyAgain')}</button></form>`
}
<div id="fix">${whatToDo(view)}</div>
<p class="minor-actions"><a href="${context.pagePath}/new${kit.query}">${t('overview.connectAnother')}</a></p>
${wasNeverVerified(connection) && removalForm(context, path)}
</div>`,
  );
}

/** Lets the customer remove a role that was entered by mistake. */
function removalForm({ t }: PageContext, path: string): Html {
  return html`<form class="minor-actions" data-removal method="post" action="${path}/removal"><button type="submit" class="plain">${t('connection.remove')}</button></form>`;
}

function continueLink({ context, returnUrl }: ConnectionView): Html {
  const { t, vendorName: vendor } = context;
  if (returnUrl === null) return html`<p>${t('connection.close')}</p>`;
  return html`<p class="actions"><a class="button" href="${returnUrl}">${t('connection.continue', { vendor })}</a></p>`;
}

interface OutcomeTexts {
  kind: 'good' | 'bad' | 'pending';
  title: string;
  text: Html | null;
}

function outcomeOf({ connection, context }: ConnectionView): OutcomeTexts {
  const { status, lastVerification: last } = connection;
  const { t, vendorName: vendor } = context;
  const paragraph = (text: string): Html => html`<p>${text}</p>`;
  const explanation = last && explanationOf(context, last);
  switch (status) {
    case 'verified': {
      const isReady = last?.outcome === 'verified' && last.nextSteps.length === 0;
      const text = isReady ? paragraph(t('connection.connectedText', { vendor })) : explanation;
      return { kind: 'good', title: t('connection.connected'), text };
    }
    case 'insecure':
      return { kind: 'bad', title: t('connection.insecure', { vendor }), text: explanation };
    case 'unreachable':
      return { kind: 'bad', title: t('connection.unreachable', { vendor }), text: explanation };
    case 'disabled': {
      const text = paragraph(t('connection.disabledText', { vendor }));
      return { kind: 'pending', title: t('connection.disabled'), text };
    }
    case 'pending':
      return last === null
        ? {
            kind: 'pending',
            title: t('connection.pending'),
            text: paragraph(t('connection.pendingText')),
          }
        : { kind: 'pending', title: t('connection.inconclusive'), text: explanation };
  }
}

/** Falls back to English for a verification whose messages have no text here, since another version recorded it. */
function explanationOf({ translate, join }: PageContext, { messages, explanation }: Verification): Html {
  const texts = messages?.explanation.map(translate) ?? [null];
  const isComplete = texts.every((text) => text !== null);
  return isComplete ? html`<p>${join(texts)}</p>` : html`<p lang="en">${explanation}</p>`;
}

function stepsOf({ translate }: PageContext, { messages, nextSteps }: Verification): Html[] {
  return nextSteps.map((english, index) => {
    const message = messages?.nextSteps[index];
    const text = message === undefined ? null : translate(message);
    return text === null ? html`<li lang="en">${english}</li>` : html`<li>${text}</li>`;
  });
}

function whatToDo(view: ConnectionView): Html | false {
  const { t } = view.context;
  const { status, lastVerification: last } = view.connection;
  const steps = last === null ? [] : stepsOf(view.context, last);
  const list = steps.length > 0 && html`<h2>${t('connection.whatToDo')}</h2><ul>${steps}</ul>`;
  if (status === 'disabled') return false;
  if (status === 'verified') return list && html`<section class="card">${list}</section>`;
  return html`<section class="card folds">${list}${status === 'insecure' && last && inferredPolicyDiff(view, last)}${kitPolicyDetails(view)}
${policyForm(view, t('connection.pastePolicy'), '')}</section>`;
}

/** Compares the customer's policy, as inferred from the probes, with the kit's. */
function inferredPolicyDiff({ kit, context }: ConnectionView, { checks }: Verification): Html {
  const { t, vendorName: vendor } = context;
  const kitPolicy = buildTrustPolicy(kit);
  const condition = inferCondition(checks, kit.externalIds[0]);
  const { Condition: _, ...statement } = kitPolicy.Statement[0];
  const inferred = {
    ...kitPolicy,
    Statement: [{ ...statement, ...(condition && { Condition: condition }) }],
  };
  return html`<h3>${t('connection.likelyChange')}</h3>
<p>${t('connection.likelyText', { vendor })}</p>
${diff(context, t('connection.likelyDiff'), formatAsciiJson(inferred), formatAsciiJson(kitPolicy))}`;
}

/** The kit's whole policy. It fits only a role that trusts nobody but the vendor. */
function kitPolicyDetails(view: ConnectionView): Html {
  const { context, kit, connection } = view;
  const { t, vendorName: vendor } = context;
  const policy = formatAsciiJson(buildTrustPolicy(kit));
  // A customer whose role was imported comes for this policy.
  return html`<details class="fold"${connection.legacy && html` open`}><summary>${t('connection.policyNeeded')}</summary>
<p>${t('connection.policyNeededText', { vendor })}</p>
${policyToApply(view, 'right-policy', t('connection.correctPolicy'), policy)}</details>`;
}
