import type { Connection, ConnectionStatus } from '../connections/connection.ts';
import type { Deps } from '../deps.ts';
import { countConnectionsByStatus, listConnectionsByStatus } from './store.ts';

export const ACCOUNT_FILTERS = ['all', 'attention', 'unverified', 'connected', 'disabled'] as const;

export type AccountFilter = (typeof ACCOUNT_FILTERS)[number];

/** The statuses that a filter shows, in this order: what is broken comes first. */
const STATUSES: Record<AccountFilter, readonly ConnectionStatus[]> = {
  all: ['insecure', 'unreachable', 'pending', 'verified', 'disabled'],
  attention: ['insecure', 'unreachable'],
  unverified: ['pending'],
  connected: ['verified'],
  disabled: ['disabled'],
};

const ACCOUNTS_PER_PAGE = 50;

export interface AccountList {
  /** The accounts of one page. */
  connections: Connection[];
  /** The number of the tenant's accounts, of all and by filter. */
  total: number;
  counts: Record<AccountFilter, number>;
  filter: AccountFilter;
  /** The beginning of the account IDs that were searched for; empty: all. */
  account: string;
  page: number;
  hasNextPage: boolean;
}

/** Lists a tenant's accounts, and counts them. */
export async function listAccounts(
  { database }: Pick<Deps, 'database'>,
  {
    tenantId,
    filter,
    account,
    page,
  }: { tenantId: string } & Pick<AccountList, 'filter' | 'account' | 'page'>,
): Promise<AccountList> {
  const [countOf, found] = await Promise.all([
    countConnectionsByStatus(database, tenantId),
    listConnectionsByStatus(database, {
      tenantId,
      statuses: STATUSES[filter],
      accountPrefix: account,
      offset: (page - 1) * ACCOUNTS_PER_PAGE,
      limit: ACCOUNTS_PER_PAGE + 1,
    }),
  ]);
  const counts = Object.fromEntries(
    ACCOUNT_FILTERS.map((name) => [
      name,
      STATUSES[name].reduce((sum, status) => sum + (countOf.get(status) ?? 0), 0),
    ]),
  ) as Record<AccountFilter, number>;
  const connections = found.slice(0, ACCOUNTS_PER_PAGE);
  return {
    connections,
    total: counts.all,
    counts,
    filter,
    account,
    page,
    hasNextPage: found.length > ACCOUNTS_PER_PAGE,
  };
}
