import { type Check, PROBES } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { OBSERVED_WORDS, PROBE_WORDS } from './words.ts';

/** The five probes, each with what it saw. `open`: it was not made, or had no answer. */
export function probes(checks: readonly Check[], words = OBSERVED_WORDS): Html {
  return html`<ol class="probes">${PROBES.map((probe) => {
    const check = checks.find((one) => one.probe === probe);
    const { name, tells } = PROBE_WORDS[probe];
    return html`<li data-probe="${probe}" data-state="${stateOf(check)}"><span class="mark" aria-hidden="true"></span>
<span class="what">${name}</span> <span class="tells">${tells}</span> <span class="observed">${check === undefined ? 'Not asked yet' : words[check.observed]}</span></li>`;
  })}</ol>`;
}

function stateOf(check: Check | undefined): 'open' | 'good' | 'bad' {
  if (check === undefined || check.observed === 'unknown') return 'open';
  return check.observed === check.expected ? 'good' : 'bad';
}
