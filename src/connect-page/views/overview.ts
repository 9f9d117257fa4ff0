import type { Connection } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import { checkedAt } from '../../pages/components.ts';
import { ACCOUNT_FILTERS, type AccountFilter, type AccountList } from '../list-accounts.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { STATUS_LABELS } from './connection.ts';
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

const FILTER_LABELS: Record<AccountFilter, string> = {
  all: 'All',
  attention: 'Needs attention',
  unverified: 'Not verified',
  connected: 'Connected',
  disabled: 'Disabled',
};

/** The tenant's accounts, those that need attention first. */
export function overviewPage(view: OverviewView): Html {
  const { context, kit, list } = view;
  const { title, text, kind } = summarize(context, list);
  return layout(
    context,
    title,
    html`<section class="card outcome ${kind}"><h1>${title}</h1><p>${text}</p>
<p class="actions"><a class="button${list.counts.attention > 0 && ' secondary'}" href="${context.pagePath}/new${kit.query}">Connect another account</a> <a class="button secondary" href="${context.pagePath}/accounts${kit.query}">Connect many accounts</a></p></section>
<section class="card" aria-labelledby="accounts"><h2 id="accounts">AWS accounts</h2>
${list.total >= MIN_ACCOUNTS_TO_FILTER && filters(view)}
${
  list.connections.length === 0
    ? html`<p>No account matches.</p>`
    : html`<ul class="accounts">${list.connections.map((connection) => accountItem(context, connection))}</ul>`
}
${pager(view)}
${list.counts.connected < list.total - list.counts.disabled && verifyAllForm(context, kit)}
</section>
${view.canCreateColleagueLink && html`<section class="card folds" aria-label="More">${colleagueLinkForm(context, kit)}</section>`}`,
  );
}

function summarize(
  { vendorName }: PageContext,
  { counts, total }: AccountList,
): { title: string; text: string; kind: string } {
  const connected = `${counts.connected} of ${total} connected`;
  if (counts.attention > 0) {
    const title =
      counts.attention === 1 ? '1 account needs attention' : `${counts.attention} accounts need attention`;
    return { title, text: `${connected}.`, kind: 'bad' };
  }
  if (counts.connected < total)
    return { title: connected, text: `${vendorName} cannot use the others yet.`, kind: 'pending' };
  const text = `${vendorName} can use ${total === 1 ? 'your AWS account' : `all ${total} AWS accounts`}. You can close this page.`;
  return { title: "You're connected.", text, kind: 'good' };
}

function accountItem(context: PageContext, connection: Connection): Html {
  const { id, status, accountId, name, roleArn, lastVerification: last } = connection;
  return html`<li><span class="badge ${status}">${STATUS_LABELS[status]}</span>
<span class="account"><a href="${context.pagePath}/connections/${id}">${name ?? `Account ${accountId}`}</a> <code>${roleArn}</code></span>
<span class="small">${last ? html`checked ${checkedAt(context, last.checkedAt)}` : 'not checked yet'}</span></li>`;
}

function filters({ context, kit, list }: OverviewView): Html {
  const url = (filter: AccountFilter) => `${context.pagePath}${addToQuery(kit.query, { show: filter })}`;
  return html`<div class="filters"><ul>${ACCOUNT_FILTERS.filter(
    (filter) => filter === 'all' || list.counts[filter] > 0,
  ).map(
    (filter) =>
      html`<li><a href="${url(filter)}"${filter === list.filter && html` aria-current="true"`}>${FILTER_LABELS[filter]} ${list.counts[filter]}</a></li>`,
  )}</ul>
<form method="get" action="${context.pagePath}" role="search">${kit.query !== '' && html`<input type="hidden" name="partition" value="${kit.vendor.partition}">`}
<label class="visually-hidden" for="account">Account ID</label><input id="account" name="account" inputmode="numeric" maxlength="20" placeholder="Account ID" autocomplete="off" value="${list.account}">
<button type="submit" class="secondary">Search</button></form></div>`;
}

function pager({ context, kit, list }: OverviewView): Html | false {
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
  return html`<nav class="pager" aria-label="Pages">${page > 1 && link(page - 1, 'Previous page')} <span>Page ${page}</span> ${hasNextPage && link(page + 1, 'Next page')}</nav>`;
}

function addToQuery(query: string, values: Record<string, string>): string {
  return `?${new URLSearchParams([...new URLSearchParams(query), ...Object.entries(values)])}`;
}

function verifyAllForm({ pagePath }: PageContext, { query }: SessionSetupKit): Html {
  return html`<form method="post" action="${pagePath}/verifications${query}"><button type="submit" class="secondary">Verify all that are not connected</button></form>`;
}
