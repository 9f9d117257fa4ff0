import type { RejectedLink } from '../../connect-links/open-link.ts';
import type { NoSessionReason } from '../../connect-links/sessions/session.ts';
import { Problem } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import type { PageContext } from '../page-context.ts';
import { problemText } from '../problem-text.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { copyableText } from './components.ts';
import { layout, supportLink } from './layout.ts';

type NoticeReason = NoSessionReason | RejectedLink['reason'] | 'page_not_found' | 'left';

/** Each reason why a link or session is not usable has its own notice, with the customer's next step. */
const STATUSES: Record<NoticeReason, number> = {
  unknown: 404,
  expired: 410,
  used: 410,
  revoked: 410,
  suspended: 403,
  offboarded: 410,
  none: 401,
  ended: 401,
  left: 200,
  rate_limited: 429,
  page_not_found: 404,
};

export function noticePage(context: PageContext, reason: NoticeReason): { status: number; page: Html } {
  const { t, vendorName: vendor, brand } = context;
  const contact =
    brand.support !== null && html`<p>${t('page.support', { vendor })} ${supportLink(brand.support)}</p>`;
  const text = t(`notice.${reason}.text`, { vendor });
  return {
    status: STATUSES[reason],
    page: notice(context, t(`notice.${reason}.title`), text, contact),
  };
}

/** The notice for the page's script. */
export function noticeProblem({ t, vendorName: vendor }: PageContext, reason: NoSessionReason): Problem {
  const key = `notice.${reason}.text` as const;
  return new Problem('unauthorized', t(key, { vendor }), { message: { key, values: { vendor } } });
}

/** Shows an error with the text of its problem. The home page does not link to itself when it fails. */
export function problemPage(
  context: PageContext,
  problem: Problem,
  { requestId, isHomePage }: { requestId: string; isHomePage: boolean },
): Html {
  const { t, markup, pagePath } = context;
  const title =
    problem.status >= 500
      ? t('problem.failed')
      : problem.status === 429
        ? t('problem.wait')
        : t('problem.notPossible');
  return notice(
    context,
    title,
    problemText(context, problem),
    html`<p class="small">${markup('problem.request', { id: requestId })}</p>${!isHomePage && html`<p><a class="button" href="${pagePath}">${t('page.backToPage')}</a></p>`}`,
  );
}

/** A customer's colleague gets a link of their own. */
export function colleagueLinkForm({ t, pagePath }: PageContext, kit: SessionSetupKit): Html {
  return html`<details class="fold"><summary>${t('colleague.title')}</summary>
<form method="post" action="${pagePath}/links${kit.query}" data-colleague-link><p>${t('colleague.text')}</p>
<button type="submit" class="secondary">${t('colleague.create')}</button></form></details>`;
}

/** Shows a new link, once. A browser without script sees this page after it asked for one. */
export function colleaguePage(
  context: PageContext,
  link: { url: string; expiresAt: Date; query: string },
): Html {
  const { t, language, pagePath } = context;
  const title = t('colleague.title');
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1>
<p>${t('colleague.created', { time: formatTime(link.expiresAt, language) })}</p>
${copyableText(context, 'colleague-link', t('copy.link'), link.url)}
<p><a class="button" href="${pagePath}${link.query}">${t('page.backToPage')}</a></p></section>`,
  );
}

/** Asks whether to switch from the page of one tenant to the page of another. */
export function switchPage(
  context: PageContext,
  { current, next: tenant, query }: { current: string | null; next: string; query: string },
): Html {
  const { t, markup, vendorName: vendor, pagePath } = context;
  const title = t('switch.title');
  // Two customers may have the same name, and an attacker can choose the name of a customer.
  const other = markup(current === tenant ? 'switch.sameName' : 'switch.name', { tenant });
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1>
<p>${current === null ? markup('switch.opened', { other }) : markup('switch.openedBeside', { current, other })}</p>
<p>${t('switch.warning', { vendor })}</p>
<p><a class="button" href="${pagePath}">${current === null ? t('switch.doNotGoOn') : t('switch.stay', { current })}</a></p>
<form method="post" action="${pagePath}/switch${query}"><button type="submit" class="secondary">${t('switch.confirm')}</button></form></section>`,
  );
}

function notice(context: PageContext, title: string, text: string, more: Html | false = false): Html {
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1><p>${text}</p>${more}</section>`,
  );
}
