import { type Check, getExpectedObservation, PROBES } from '../../connections/verification.ts';
import { type Html, html } from '../../lib/html.ts';
import { NOT_PROBED_LABEL, OBSERVED_LABELS, PROBE_LABELS } from './labels.ts';

/** The probes of a verification, with what each had to show and what it showed. */
export function probeList(checks: readonly Check[]): Html {
  // The verification stops at a correct ID that is not allowed: its other probes were never made.
  const made = checks[0]?.observed === 'allowed' ? checks : checks.slice(0, 1);
  return html`<ol class="probes">${PROBES.map((probe) => {
    const check = made.find((check) => check.probe === probe);
    return html`<li data-probe="${probe}" data-state="${stateOf(check)}"><span class="probe-icon" aria-hidden="true"></span>
<span class="probe-name">${PROBE_LABELS[probe]} <span class="probe-expectation">must be ${getExpectedObservation(probe)}</span></span> <span class="probe-result">${check === undefined ? NOT_PROBED_LABEL : OBSERVED_LABELS[check.observed]}</span></li>`;
  })}</ol>`;
}

function stateOf(check: Check | undefined): 'pending' | 'passed' | 'failed' {
  if (check === undefined || check.observed === 'unknown') return 'pending';
  return check.observed === check.expected ? 'passed' : 'failed';
}
