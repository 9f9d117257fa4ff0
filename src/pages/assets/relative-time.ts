import { formatAge } from '../format-age.ts';
import { queryAll } from './dom.ts';

const INTERVAL_MS = 30_000;

/** When each element was first seen. Its age then is the server's, because the clock of this device may be wrong. */
const firstSeen = new WeakMap<Element, number>();

/**
 * Keeps "2 minutes ago" right while the page is open.
 * @param justNow the text for less than a minute, in the language of the page
 */
export function updateAges(justNow = 'just now'): void {
  const update = (): void => {
    for (const element of queryAll('[data-age]')) {
      const now = performance.now();
      const since = firstSeen.get(element) ?? now;
      firstSeen.set(element, since);
      const text = formatAge(
        Number(element.dataset.age) + (now - since) / 1000,
        document.documentElement.lang,
        justNow,
      );
      if (element.textContent !== text) element.textContent = text;
    }
  };
  update();
  setInterval(update, INTERVAL_MS);
}
