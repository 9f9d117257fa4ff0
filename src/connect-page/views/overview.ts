import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import { ACCOUNT_FILTERS, type AccountFilter, type AccountList } from '../list-accounts.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { checkedAt } from './components.ts';
import { layout } from './layout.ts';
import { colleagueLinkForm } from './notices.ts';

export interface OverviewView {
  context: PageContext;
  kit: SessionSetupKit;
  list: AccountList;
  canCreateColleagueLink: boolean;
}

/** Filters are offered from this number of accounts on. */
const MIN_ACCOUNTS_TO_FILTER = 10;

/** The tenant's accounts, those that need attention first. */
export function overviewPage(view: OverviewView): Html {
  const { context, kit, list } = view;
  const { t } = context;
  const { title, text, kind } = summarize(context, list);
  return layout(
    context,
    title,
    html`<section class="card outcome ${kind}"><h1>${title}</h1><p>${text}</p>
<p class="actions"><a class="button${list.counts.attention > 0 && ' secondary'}" href="${context.pagePath}/new${kit.query}">${t('overview.connectAnother')}</a> <a class="button secondary" href="${context.pagePath}/accounts${kit.query}">${t('overview.connectMany')}</a></p></section>
<section class="card" aria-labelledby="accounts"><h2 id="accounts">${t('overview.accounts')}</h2>
${list.total >= MIN_ACCOUNTS_TO_FILTER && filters(view)}
${
  list.connections.length === 0
    ? html`<p>${t('overview.noMatch')}</p>`
    : html`<ul class="accounts">${list.connections.map((connection) => accountItem(context, connection))}</ul>`
}
${pager(view)}
${list.counts.connected < list.total - list.counts.disabled && verifyAllForm(context, kit)}
</section>
${view.canCreateColleagueLink && html`<section class="card folds" aria-label="${t('page.more')}">${colleagueLinkForm(context, kit)}</section>`}`,
  );
}

function summarize(
  { t, vendorName: vendor }: PageContext,
  { counts, total }: AccountList,
): { title: string; text: string; kind: string } {
  const values = { connected: counts.connected, total };
  if (counts.attention > 0) {
    const title = t('overview.attention', { count: counts.attention });
    return { title, text: t('overview.countSentence', values), kind: 'bad' };
  }
  if (counts.connected < total) {
    const text = t('overview.others', { vendor });
    return { title: t('overview.count', values), text, kind: 'pending' };
  }
  return {
    title: t('overview.connected'),
    text: t('overview.allUsable', { vendor, count: total }),
    kind: 'good',
  };
}

function accountItem(context: PageContext, connection: Connection): Html {
  const { t, markup } = context;
  const { id, status, accountId, name, roleArn, lastVerification: last } = connection;
  return html`<li><span class="badge ${status}">${t(`status.${status}`)}</span>
<span class="account"><a href="${context.pagePath}/connections/${id}">${name ?? t('page.account', { account: accountId })}</a> <code>${roleArn}</code></span>
<span class="small">${last ? markup('overview.checked', { time: checkedAt(context, last.checkedAt) }) : t('overview.notChecked')}</span></li>`;
}

function filters({ context, kit, list }: OverviewView): Html {
  const { t } = context;
  const url = (filter: AccountFilter) => `${context.pagePath}${addToQuery(kit.query, { show: filter })}`;
  return html`<div class="filters"><ul>${ACCOUNT_FILTERS.filter(
    (filter) => filter === 'all' || list.counts[filter] > 0,
  ).map(
    (filter) =>
      html`<li><a href="${url(filter)}"${filter === list.filter && html` aria-current="true"`}>${t(`filter.${filter}`)} ${list.counts[filter]}</a></li>`,
  )}</ul>
<form method="get" action="${context.pagePath}" role="search">${kit.query !== '' && html`<input type="hidden" name="partition" value="${kit.vendor.partition}">`}
<label class="visually-hidden" for="account">${t('overview.accountId')}</label><input id="account" name="account" inputmode="numeric" maxlength="20" placeholder="${t('overview.accountId')}" autocomplete="off" value="${list.account}">
<button type="submit" class="secondary">${t('overview.search')}</button></form></div>`;
}

function pager({ context, kit, list }: OverviewView): Html | false {
  const { t } = context;
  const { page, hasNextPage, filter, account } = list;
  if (page === 1 && !hasNextPage) return false;
  const link = (to: number, text: string) => {
    const query = addToQuery(kit.query, {
      show: filter,
      ...(account !== '' && { account }),
      page: String(to),
    });
    return html`<a href="${context.pagePath}${query}">${text}</a>`;
  };
  return html`<nav class="pager" aria-label="${t('overview.pages')}">${page > 1 && link(page - 1, t('overview.previous'))} <span>${t('overview.page', { page })}</span> ${hasNextPage && link(page + 1, t('overview.next'))}</nav>`;
}

function addToQuery(query: string, values: Record<string, string>): string {
  return `?${new URLSearchParams([...new URLSearchParams(query), ...Object.entries(values)])}`;
}

function verifyAllForm({ t, pagePath }: PageContext, { query }: SessionSetupKit): Html {
  return html`<form method="post" action="${pagePath}/verifications${query}"><button type="submit" class="secondary">${t('many.verifyAll')}</button></form>`;
}
