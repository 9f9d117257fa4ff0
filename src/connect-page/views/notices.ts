import type { NoSession } from '../../connect-links/session.ts';
import type { Problem } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import { type Look, layout } from './layout.ts';

type Why = NoSession | 'busy' | 'unknown' | 'expired' | 'used' | 'missing' | 'left';

interface Notice {
  status: number;
  title: string;
  text: (vendor: string) => string;
}

/** Each end of a link or session, told apart, and what to do about it. */
const NOTICES: Record<Why, Notice> = {
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
  busy: {
    status: 429,
    title: 'Opened too often',
    text: () => 'This link was opened many times within a minute. Wait a minute, then open it again.',
  },
  missing: {
    status: 404,
    title: 'There is no such page',
    text: () => 'Check the address, or open the link you were sent again.',
  },
};

export function noticePage(look: Look, why: Why): { status: number; text: string; page: Html } {
  const { status, title, text } = NOTICES[why];
  return { status, text: text(look.vendor), page: notice(look, title, text(look.vendor)) };
}

export const noSessionPage = (look: Look, why: NoSession) => noticePage(look, why);

/** An error in the words of its problem. @param first whether it is the first page that failed, so that no way leads back to it */
export function problemPage(
  look: Look,
  problem: Problem,
  { requestId, first }: { requestId: string; first: boolean },
): Html {
  const title =
    problem.status >= 500
      ? 'That did not work'
      : problem.status === 429
        ? 'One moment, please'
        : 'That cannot be done';
  const found = html`<p class="small">Request <code>${requestId}</code></p>`;
  const error = problem.errors?.[0];
  const text = error ? `${error.path}: ${error.message}.` : problem.detail;
  return notice(
    look,
    title,
    text,
    html`${found}${!first && html`<p><a class="button" href="${look.base}/connect">Back to the page</a></p>`}`,
  );
}

function notice(look: Look, title: string, text: string, more: Html | null = null): Html {
  return layout(look, title, html`<section class="notice"><h1>${title}</h1><p>${text}</p>${more}</section>`);
}
