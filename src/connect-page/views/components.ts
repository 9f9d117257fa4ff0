import { type Check, PROBES } from '../../connections/verification.ts';
import { diffLines } from '../../lib/diff-lines.ts';
import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';
import { formatAge, NOT_PROBED_LABEL, OBSERVED_LABELS, PROBE_LABELS } from './labels.ts';

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
export function checkedAt({ now }: PageContext, time: string): Html {
  const ageSeconds = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 1000));
  return html`<time datetime="${time}"><span data-age="${ageSeconds}">${formatAge(ageSeconds)}</span> (${formatTime(time)})</time>`;
}

const TIME_FORMAT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

export function formatTime(time: string | Date): string {
  return `${TIME_FORMAT.format(new Date(time))} UTC`;
}

const DIFF_SIGNS = { same: ' ', removed: '-', added: '+' } as const;
const DIFF_LABELS = { same: '', removed: 'to be removed: ', added: 'to be added: ' } as const;

/** The changes between two texts by line. Signs and hidden labels repeat what the colors show, for those who cannot see them. */
export function diff(label: string, before: string, after: string): Html {
  return html`<pre class="diff" tabindex="0" role="region" aria-label="${label}">${diffLines(
    before,
    after,
  ).map(
    ({ kind, text }) =>
      html`<span class="${kind}"><span aria-hidden="true">${DIFF_SIGNS[kind]} </span><span class="visually-hidden">${DIFF_LABELS[kind]}</span>${text}\n</span>`,
  )}</pre>`;
}

/** The security checks with their results. */
export function checkList(checks: readonly Check[], labels = OBSERVED_LABELS): Html {
  // The verification stops at a correct ID that is not allowed: its other probes were never made.
  const made = checks[0]?.observed === 'allowed' ? checks : checks.slice(0, 1);
  return html`<ol class="probes">${PROBES.map((probe) => {
    const check = made.find((check) => check.probe === probe);
    const { name, expectation } = PROBE_LABELS[probe];
    return html`<li data-probe="${probe}" data-state="${probeState(check)}"><span class="probe-icon" aria-hidden="true"></span>
<span class="probe-name">${name} <span class="probe-expectation">${expectation}</span></span> <span class="probe-result">${check === undefined ? NOT_PROBED_LABEL : labels[check.observed]}</span></li>`;
  })}</ol>`;
}

function probeState(check: Check | undefined): 'pending' | 'passed' | 'failed' {
  if (check === undefined || check.observed === 'unknown') return 'pending';
  return check.observed === check.expected ? 'passed' : 'failed';
}
