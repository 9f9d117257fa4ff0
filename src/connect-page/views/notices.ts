import type { RejectedLink } from '../../connect-links/open-link.ts';
import type { NoSessionReason } from '../../connect-links/sessions/session.ts';
import type { Problem } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import { copyableText, formatTime } from '../../pages/components.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { layout, supportLink } from './layout.ts';

type NoticeReason = NoSessionReason | RejectedLink['reason'] | 'page_not_found' | 'left';

interface Notice {
  status: number;
  title: string;
  text: (vendor: string) => string;
}

/** Each reason why a link or session is not usable has its own notice, with the customer's next step. */
const NOTICES: Record<NoticeReason, Notice> = {
  unknown: {
    status: 404,
    title: 'This link is not valid',
    text: (vendor) =>
      `It may have been cut off when it was copied. Open it again from the message you got, or ask ${vendor} for a new one.`,
  },
  expired: {
    status: 410,
    title: 'This link has expired',
    text: (vendor) => `Ask ${vendor} for a new one. Everything you did is saved.`,
  },
  used: {
    status: 410,
    title: 'This link has been used',
    text: (vendor) =>
      `An AWS account was connected with it, so it opens only in the browser that did that. To see the connection or to connect another account, ask ${vendor} for a new link.`,
  },
  revoked: {
    status: 410,
    title: 'This link was revoked',
    text: (vendor) => `${vendor} has revoked it. Ask ${vendor} for a new one if you still need it.`,
  },
  suspended: {
    status: 403,
    title: 'Your access is paused',
    text: (vendor) =>
      `${vendor} has paused your organization's access, so no account can be connected now. Ask ${vendor} what to do.`,
  },
  offboarded: {
    status: 410,
    title: 'Your access has ended',
    text: (vendor) =>
      `Your organization's access to ${vendor} has ended. You can delete the role in your AWS account.`,
  },
  none: {
    status: 401,
    title: 'Open your link',
    text: (vendor) => `Open the link that ${vendor} sent you, in this browser.`,
  },
  ended: {
    status: 401,
    title: 'Your session has ended',
    text: (vendor) =>
      `Open the link that ${vendor} sent you again. If it no longer opens, ask ${vendor} for a new one. Everything you did is saved.`,
  },
  left: {
    status: 200,
    title: 'You are signed out',
    text: (vendor) =>
      `To come back, open the link that ${vendor} sent you. If it was used already, ask ${vendor} for a new one.`,
  },
  rate_limited: {
    status: 429,
    title: 'Opened too often',
    text: () => 'This link was opened many times within a minute. Wait a minute, then open it again.',
  },
  page_not_found: {
    status: 404,
    title: 'Page not found',
    text: () => 'Check the address, or open your link again.',
  },
};

export function noticePage(
  context: PageContext,
  reason: NoticeReason,
): { status: number; text: string; page: Html } {
  const { status, title, text: textFor } = NOTICES[reason];
  const { vendorName, support } = context;
  const text = textFor(vendorName);
  const contact = support !== null && html`<p>${vendorName} support: ${supportLink(support)}</p>`;
  return { status, text, page: notice(context, title, text, contact) };
}

/** Shows an error with the text of its problem. The home page does not link to itself when it fails. */
export function problemPage(
  context: PageContext,
  problem: Problem,
  { requestId, isHomePage }: { requestId: string; isHomePage: boolean },
): Html {
  const title =
    problem.status >= 500
      ? 'Something went wrong'
      : problem.status === 429
        ? 'One moment, please'
        : 'This is not possible';
  const error = problem.errors?.[0];
  const text = error ? `${error.path}: ${error.message}.` : problem.detail;
  return notice(
    context,
    title,
    text,
    html`<p class="small">Request <code>${requestId}</code></p>${!isHomePage && html`<p><a class="button" href="${context.pagePath}">Back to the page</a></p>`}`,
  );
}

/** A customer's colleague gets a link of their own. */
export function colleagueLinkForm(context: PageContext, kit: SessionSetupKit): Html {
  return html`<details class="fold"><summary>Invite a colleague</summary>
<form method="post" action="${context.pagePath}/links${kit.query}" data-colleague-link><p>Invite a colleague. Their link expires with yours.</p>
<button type="submit" class="secondary">Create link</button></form></details>`;
}

/** Shows a new link, once. A browser without script sees this page after it asked for one. */
export function colleaguePage(
  context: PageContext,
  link: { url: string; expiresAt: Date; query: string },
): Html {
  const title = 'Invite a colleague';
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1>
<p>Send this link to somebody you trust with your AWS account. It expires on ${formatTime(link.expiresAt)} and is shown only once.</p>
${copyableText('colleague-link', 'Link', link.url)}
<p><a class="button" href="${context.pagePath}${link.query}">Back to the page</a></p></section>`,
  );
}

/** Asks whether to switch from the page of one tenant to the page of another. */
export function switchPage(
  context: PageContext,
  { current, next, query }: { current: string | null; next: string; query: string },
): Html {
  const title = 'This link is for somebody else';
  // Two customers may have the same name, and an attacker can choose the name of a customer.
  const other =
    current === next ? html`another customer who is called <b>${next}</b> too` : html`<b>${next}</b>`;
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1>
<p>${current === null ? html`The link that you opened is for ${other}.` : html`In this browser the page is open for <b>${current}</b>. The link that you opened just now is for ${other}.`}</p>
<p>Go on only if you work for them and expected this link: a role that you create there gives ${context.vendorName} access to your AWS account on their behalf.</p>
<p><a class="button" href="${context.pagePath}">${current === null ? 'Do not go on' : html`Stay with ${current}`}</a></p>
<form method="post" action="${context.pagePath}/switch${query}"><button type="submit" class="secondary">Switch to the other page</button></form></section>`,
  );
}

function notice(context: PageContext, title: string, text: string, more: Html | false = false): Html {
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1><p>${text}</p>${more}</section>`,
  );
}
