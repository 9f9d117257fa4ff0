import type { Page } from '../../../api/pages.ts';

/** The largest page of the API. */
export const MAX_PAGE_SIZE = 200;

/** Reads pages until there are `limit` items, and returns them as one page, with the cursor of the next. */
export async function readPages<Item>(
  fetchPage: (range: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  limit: number,
): Promise<Page<Item>> {
  const data: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const range = { limit: Math.min(MAX_PAGE_SIZE, limit - data.length) };
    const page: Page<Item> = await fetchPage(
      cursor === undefined || cursor === null ? range : { ...range, cursor },
    );
    data.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null && data.length < limit);
  return { data, nextCursor: cursor };
}

/** Notes for standard error about a list that is cut off or empty. */
export function notesOn({ data, nextCursor }: Page<unknown>, items: string): string[] {
  if (data.length === 0) return [`no ${items}`];
  return nextCursor === null ? [] : [`there are more ${items}; pass --limit to see them`];
}
