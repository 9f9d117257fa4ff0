import { type Check, PROBES } from '../../connections/verification.ts';
import { diffLines } from '../../lib/diff-lines.ts';
import { type Html, html } from '../../lib/html.ts';
import { NOT_PROBED_LABEL, OBSERVED_LABELS, PROBE_LABELS } from './labels.ts';

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
