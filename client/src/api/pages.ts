/** One page of a list. */
export interface Page<Item> {
  data: Item[];
  /** For the page after it; null: this was the last. */
  nextCursor: string | null;
}

/** The items of all pages, each page fetched when the one before it is used up. */
export async function* allPages<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null | undefined;
  do {
    const page: Page<Item> = await fetchPage(cursor ?? undefined);
    yield* page.data;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
