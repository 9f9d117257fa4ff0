import { type Check, PROBES } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { OBSERVED_WORDS, PROBE_WORDS } from './words.ts';

/** The five probes, each with what it saw. `open`: it was not made, or had no answer. */
export function probes(checks: readonly Check[], words = OBSERVED_WORDS): Html {
  return html`<ol class="probes">${PROBES.map((probe) => {
    const check = asked(checks).find((one) => one.probe === probe);
    const { name, tells } = PROBE_WORDS[probe];
    return html`<li data-probe="${probe}" data-state="${stateOf(check)}"><span class="mark" aria-hidden="true"></span>
<span class="what">${name}</span> <span class="tells">${tells}</span> <span class="observed">${check === undefined ? 'Not asked' : words[check.observed]}</span></li>`;
  })}</ol>`;
}

/** Where the right ID was not let in, nobody asked the other four questions. */
function asked(checks: readonly Check[]): readonly Check[] {
  const [correct] = checks;
  return correct?.observed === 'allowed' ? checks : checks.slice(0, 1);
}

function stateOf(check: Check | undefined): 'open' | 'good' | 'bad' {
  if (check === undefined || check.observed === 'unknown') return 'open';
  return check.observed === check.expected ? 'good' : 'bad';
}
