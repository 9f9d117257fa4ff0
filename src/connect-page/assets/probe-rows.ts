import type { Check } from '../../connections/verification.ts';
import { NOT_PROBED_LABEL, OBSERVED_LABELS } from '../views/labels.ts';
import { queryAll, queryRequired } from './dom.ts';

type ProbeState = 'pending' | 'running' | 'passed' | 'failed';

const RUNNING_LABEL = 'Checking…';

/** The rows of the page's list of probes, which show the checks of a verification as they are made. */
export class ProbeRows {
  #section: HTMLElement;

  constructor(section: HTMLElement) {
    this.#section = section;
  }

  /** The correct ID is probed first, the other probes only if it is allowed. */
  start(): void {
    for (const row of this.#rows()) setState(row, 'pending', NOT_PROBED_LABEL);
    setState(this.#row('correct'), 'running', RUNNING_LABEL);
  }

  show({ probe, observed, expected }: Check): void {
    const state = observed === 'unknown' ? 'pending' : observed === expected ? 'passed' : 'failed';
    setState(this.#row(probe), state, OBSERVED_LABELS[observed]);
    if (probe !== 'correct' || observed !== 'allowed') return;
    for (const row of this.#rows())
      if (row.dataset.state === 'pending') setState(row, 'running', RUNNING_LABEL);
  }

  #rows(): HTMLElement[] {
    return queryAll('[data-probe]', this.#section);
  }

  #row(probe: string): HTMLElement {
    return queryRequired(`[data-probe="${probe}"]`, this.#section);
  }
}

function setState(row: HTMLElement, state: ProbeState, text: string): void {
  row.dataset.state = state;
  queryRequired('.probe-result', row).textContent = text;
}
