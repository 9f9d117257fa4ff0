import type { RejectedLink } from '../../connect-links/open-link.ts';
import type { NoSessionReason } from '../../connect-links/sessions/session.ts';
import type { Problem } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';
import { copyableText } from './components.ts';
import { layout } from './layout.ts';

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
    title: 'This link is not known',
    text: (vendor) =>
      `Perhaps it was cut off when it was copied. Open it again from the message you got, or ask ${vendor} for a new one.`,
  },
  expired: {
    status: 410,
    title: 'This link has expired',
    text: (vendor) =>
      `Links are open for a limited time. Ask ${vendor} for a new one; nothing you did is lost.`,
  },
  used: {
    status: 410,
    title: 'This link has been used',
    text: (vendor) =>
      `An AWS account was connected through it, and so it does not open again. To look at the connection or to connect another account, ask ${vendor} for a new link.`,
  },
  revoked: {
    status: 410,
    title: 'This link was withdrawn',
    text: (vendor) => `${vendor} has withdrawn it. Ask ${vendor} for a new one if you still need it.`,
  },
  suspended: {
    status: 403,
    title: 'This is paused at the moment',
    text: (vendor) =>
      `${vendor} has paused your organization's access, so no account can be connected now. Ask ${vendor} what to do.`,
  },
  offboarded: {
    status: 410,
    title: 'This has ended',
    text: (vendor) =>
      `Your organization's access to ${vendor} has ended. You may delete the role in your AWS account.`,
  },
  none: {
    status: 401,
    title: 'Open the link you were sent',
    text: (vendor) => `This page opens with the link that ${vendor} sent you, in the same browser.`,
  },
  ended: {
    status: 401,
    title: 'Your time on this page is over',
    text: (vendor) =>
      `Open the link that ${vendor} sent you again; if it does not open any more, ask ${vendor} for a new one. Everything is as you left it.`,
  },
  left: {
    status: 200,
    title: 'You have left the page',
    text: (vendor) =>
      `This browser cannot see it any more. To come back, open the link that ${vendor} sent you; if it was used already, ask ${vendor} for a new one.`,
  },
  rate_limited: {
    status: 429,
    title: 'Opened too often',
    text: () => 'This link was opened many times within a minute. Wait a minute, then open it again.',
  },
  page_not_found: {
    status: 404,
    title: 'There is no such page',
    text: () => 'Check the address, or open the link you were sent again.',
  },
};

export function noticePage(
  context: PageContext,
  reason: NoticeReason,
): { status: number; text: string; page: Html } {
  const { status, title, text } = NOTICES[reason];
  return { status, text: text(context.vendorName), page: notice(context, title, text(context.vendorName)) };
}

/** Shows an error with the text of its problem. The home page does not link to itself when it fails. */
export function problemPage(
  context: PageContext,
  problem: Problem,
  { requestId, isHomePage }: { requestId: string; isHomePage: boolean },
): Html {
  const title =
    problem.status >= 500
      ? 'That did not work'
      : problem.status === 429
        ? 'One moment, please'
        : 'That cannot be done';
  const error = problem.errors?.[0];
  const text = error ? `${error.path}: ${error.message}.` : problem.detail;
  return notice(
    context,
    title,
    text,
    html`<p class="small">Request <code>${requestId}</code></p>${!isHomePage && html`<p><a class="button" href="${context.pagePath}">Back to the page</a></p>`}`,
  );
}

/** Shows a new link, once. A browser without script sees this page after it asked for one. */
export function colleaguePage(
  context: PageContext,
  link: { url: string; expiresAt: Date; query: string },
): Html {
  const title = 'A link for a colleague';
  const until = link.expiresAt.toISOString().slice(0, 16).replace('T', ' ');
  return layout(
    context,
    title,
    html`<section class="notice"><h1>${title}</h1>
<p>Send it to somebody you trust with your AWS account. It works until ${until} UTC and is shown this once.</p>
${copyableText('colleague-link', 'the link', link.url)}
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
    html`<section class="notice"><h1>${title}</h1>
<p>${current === null ? html`The link that you opened is for ${other}.` : html`In this browser the page is open for <b>${current}</b>. The link that you opened just now is for ${other}.`}</p>
<p>Go on only if you work for them and expected this link: a role that you create there lets ${context.vendorName} into your AWS account for them.</p>
<p><a class="button" href="${context.pagePath}">${current === null ? 'Do not go on' : html`Stay with ${current}`}</a></p>
<form method="post" action="${context.pagePath}/switch${query}"><button type="submit" class="secondary">Change over to the other page</button></form></section>`,
  );
}

function notice(context: PageContext, title: string, text: string, more: Html | null = null): Html {
  return layout(
    context,
    title,
    html`<section class="notice"><h1>${title}</h1><p>${text}</p>${more}</section>`,
  );
}
