import type { Page } from 'playwright-core';
import type { Template } from '../lib/message.ts';

/** A catalogue whose texts are in brackets, so that a text which does not come from it stands out. */
export function inBrackets(catalogue: Readonly<Record<string, Template>>): Record<string, Template> {
  const bracket = (text: string): string => `⟦${text}⟧`;
  return Object.fromEntries(
    Object.entries(catalogue).map(([key, template]) => [
      key,
      typeof template === 'string'
        ? bracket(template)
        : { one: bracket(template.one ?? template.other), other: bracket(template.other) },
    ]),
  );
}

/** Finds, in the browser, the words outside of brackets that are neither code, nor a time, nor in a language of their own. */
const FIND_TEXT_OUTSIDE_BRACKETS = `(() => {
  const skipped = 'script, style, code, time, textarea, [lang]:not(html), pre';
  const isSkipped = (element) => element.closest(skipped) && !element.closest('.visually-hidden');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  let depth = 0;
  while (walker.nextNode()) {
    if (isSkipped(walker.currentNode.parentElement)) continue;
    let outside = '';
    for (const character of walker.currentNode.textContent) {
      if (character === '⟦') depth += 1;
      else if (character === '⟧') depth -= 1;
      else if (depth === 0) outside += character;
    }
    found.push(outside);
  }
  const attributes = ['aria-label', 'placeholder', 'title', 'alt'];
  for (const element of document.querySelectorAll('body *'))
    if (!element.matches('[lang]')) found.push(...attributes.map((name) => element.getAttribute(name) ?? ''));
  return [...found, document.title].map((text) => text.replace(/⟦.*⟧/g, '').trim());
})()`;

/**
 * The texts of a page that do not come from its catalogue.
 * @param data what is the same in every language, such as names
 */
export async function findUntranslated(page: Page, data: readonly (string | RegExp)[]): Promise<string[]> {
  const found = (await page.evaluate(FIND_TEXT_OUTSIDE_BRACKETS)) as string[];
  return found
    .map((text) => data.reduce<string>((rest, known) => rest.replaceAll(known as string, ''), text))
    .filter((text) => /\p{L}/u.test(text));
}
