import { type Html, html } from '../lib/html.ts';
import { formatAge } from './format-age.ts';

/** A named value with a copy button. */
export function copyableValue(id: string, label: string, value: string): Html {
  return html`<div class="value">
  <dt id="${id}-label">${label}</dt>
  <dd><code id="${id}">${value}</code>${copyButton(id, label)}</dd>
</div>`;
}

const FOLDED_LINES = 3;

/** A text to copy. Longer ones are folded to three lines, without script too: a checkbox unfolds them. */
export function copyableText(id: string, label: string, text: string): Html {
  const lines = text.trimEnd().split('\n').length;
  return html`<div class="code"><div class="code-bar"><span class="code-label">${label}</span>${
    lines > FOLDED_LINES &&
    html`<label class="unfold"><input type="checkbox"> <span>Show all ${lines} lines<span class="visually-hidden"> of ${label}</span></span></label>`
  }${copyButton(id, label)}</div><pre id="${id}" tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre></div>`;
}

/** Hidden until the script shows it, because it does nothing without the script. */
function copyButton(id: string, label: string): Html {
  return html`<button type="button" class="copy" data-copy="${id}" hidden>Copy<span class="visually-hidden"> ${label}</span></button>`;
}

/** When AWS was asked: relative, and absolute in UTC. The page's script keeps the former right while the page is open. */
export function checkedAt({ now }: { now: Date }, time: string | Date): Html {
  const ageSeconds = Math.max(0, Math.floor((now.getTime() - new Date(time).getTime()) / 1000));
  return html`<time datetime="${new Date(time).toISOString()}"><span data-age="${ageSeconds}">${formatAge(ageSeconds)}</span> (${formatTime(time)})</time>`;
}

const TIME_FORMAT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

export function formatTime(time: string | Date): string {
  return `${TIME_FORMAT.format(new Date(time))} UTC`;
}
