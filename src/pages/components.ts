import { type Html, html } from '../lib/html.ts';
import { formatAge } from './format-age.ts';

/** The texts of these components in the language of a page. */
export interface ComponentTexts {
  language: string;
  copy: string;
  showAll: (lines: number) => string;
  justNow: string;
}

const ENGLISH: ComponentTexts = {
  language: 'en',
  copy: 'Copy',
  showAll: (lines) => `Show all ${lines} lines`,
  justNow: 'just now',
};

/** A named value with a copy button. */
export function copyableValue(id: string, label: string, value: string, texts = ENGLISH): Html {
  return html`<div class="value">
  <dt id="${id}-label">${label}</dt>
  <dd><code id="${id}">${value}</code>${copyButton(id, label, texts)}</dd>
</div>`;
}

const FOLDED_LINES = 3;

/** A text to copy. Longer ones are folded to three lines, without script too: a checkbox unfolds them. */
export function copyableText(id: string, label: string, text: string, texts = ENGLISH): Html {
  const lines = text.trimEnd().split('\n').length;
  return html`<div class="code"><div class="code-bar"><span class="code-label">${label}</span>${
    lines > FOLDED_LINES &&
    html`<label class="unfold"><input type="checkbox"> <span>${texts.showAll(lines)}<span class="visually-hidden">: ${label}</span></span></label>`
  }${copyButton(id, label, texts)}</div><pre id="${id}" tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre></div>`;
}

/** Hidden until the script shows it, because it does nothing without the script. */
function copyButton(id: string, label: string, { copy }: ComponentTexts): Html {
  return html`<button type="button" class="copy" data-copy="${id}" hidden>${copy}<span class="visually-hidden"> ${label}</span></button>`;
}

/** When AWS was asked: relative, and absolute in UTC. The page's script keeps the former right while the page is open. */
export function checkedAt({ now }: { now: Date }, time: string | Date, texts = ENGLISH): Html {
  const { language, justNow } = texts;
  const ageSeconds = Math.max(0, Math.floor((now.getTime() - new Date(time).getTime()) / 1000));
  return html`<time datetime="${new Date(time).toISOString()}"><span data-age="${ageSeconds}">${formatAge(ageSeconds, language, justNow)}</span> (${formatTime(time, language)})</time>`;
}

export function formatTime(time: string | Date, language = 'en'): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(new Date(time))} UTC`;
}
