import { type Check, PROBES } from '../../connections/verification.ts';
import { diffLines } from '../../lib/diff-lines.ts';
import { type Html, html } from '../../lib/html.ts';
import * as components from '../../pages/components.ts';
import type { PageContext } from '../page-context.ts';

const textsOf = ({ t, language }: PageContext): components.ComponentTexts => ({
  language,
  copy: t('copy.copy'),
  showAll: (count) => t('copy.showAll', { count }),
  justNow: t('time.justNow'),
});

export const copyableValue = (context: PageContext, id: string, label: string, value: string): Html =>
  components.copyableValue(id, label, value, textsOf(context));

export const copyableText = (context: PageContext, id: string, label: string, text: string): Html =>
  components.copyableText(id, label, text, textsOf(context));

export const checkedAt = (context: PageContext, time: string): Html =>
  components.checkedAt(context, time, textsOf(context));

const DIFF_SIGNS = { same: ' ', removed: '-', added: '+' } as const;

/** The changes between two texts by line. Signs and hidden labels repeat what the colors show, for those who cannot see them. */
export function diff({ t }: PageContext, label: string, before: string, after: string): Html {
  const labels = { same: '', removed: `${t('diff.removed')} `, added: `${t('diff.added')} ` };
  return html`<pre class="diff" tabindex="0" role="region" aria-label="${label}">${diffLines(
    before,
    after,
  ).map(
    ({ kind, text }) =>
      html`<span class="${kind}"><span aria-hidden="true">${DIFF_SIGNS[kind]} </span><span class="visually-hidden">${labels[kind]}</span>${text}\n</span>`,
  )}</pre>`;
}

/**
 * The security checks with their results.
 * @param results whether AWS gave the results, or they were predicted from the text of a policy
 */
export function checkList(
  { t }: PageContext,
  checks: readonly Check[],
  results: 'observed' | 'predicted' = 'observed',
): Html {
  // The verification stops at a correct ID that is not allowed: its other probes were never made.
  const made = checks[0]?.observed === 'allowed' ? checks : checks.slice(0, 1);
  return html`<ol class="probes">${PROBES.map((probe) => {
    const check = made.find((check) => check.probe === probe);
    const expectation = probe === 'correct' ? t('probe.mustBeAllowed') : t('probe.mustBeDenied');
    const result = check === undefined ? t('observed.notChecked') : t(`${results}.${check.observed}`);
    return html`<li data-probe="${probe}" data-state="${probeState(check)}"><span class="probe-icon" aria-hidden="true"></span>
<span class="probe-name">${t(`probe.${probe}`)} <span class="probe-expectation">${expectation}</span></span> <span class="probe-result">${result}</span></li>`;
  })}</ol>`;
}

function probeState(check: Check | undefined): 'pending' | 'passed' | 'failed' {
  if (check === undefined || check.observed === 'unknown') return 'pending';
  return check.observed === check.expected ? 'passed' : 'failed';
}
