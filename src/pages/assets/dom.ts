/** All elements that match, as an array. */
export function queryAll<E extends HTMLElement = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): E[] {
  return [...within.querySelectorAll<E>(selector)];
}

/** The first element that matches. @throws Error if there is none, since the script and the page's markup then disagree */
export function queryRequired<E extends Element = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): E {
  const element = within.querySelector<E>(selector);
  if (element === null) throw new Error(`The page has no ${selector}.`);
  return element;
}

/** The text of an error, to be shown on the page. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
