/** One page of a list. */
export interface Page<Item> {
  data: Item[];
  /** The `cursor` of the next page; null on the last page. */
  nextCursor: string | null;
}

/** Iterates over the items of all pages. A page is fetched only when the items before it have been consumed. */
export async function* iteratePages<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null | undefined;
  do {
    const page: Page<Item> = await fetchPage(cursor ?? undefined);
    yield* page.data;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
