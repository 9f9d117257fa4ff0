import { diffLines } from '../../lib/diff-lines.ts';
import { type Html, html } from '../../lib/html.ts';

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;
const SAID = { same: '', removed: 'to be removed: ', added: 'to be added: ' } as const;

/** What has to change to come from one text to the other, line by line; told by signs and words, not by colour alone. */
export function diff(label: string, before: string, after: string): Html {
  return html`<pre class="diff" tabindex="0" role="region" aria-label="${label}">${diffLines(
    before,
    after,
  ).map(
    ({ kind, text }) =>
      html`<span class="${kind}"><span aria-hidden="true">${SIGNS[kind]} </span><span class="unseen">${SAID[kind]}</span>${text}\n</span>`,
  )}</pre>`;
}
