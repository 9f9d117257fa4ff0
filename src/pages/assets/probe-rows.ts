import type { Check, Observed } from '../../connections/verification.ts';
import { queryAll, queryRequired } from './dom.ts';

type ProbeState = 'pending' | 'running' | 'passed' | 'failed';

/** The texts of results, in the language of the page. */
export interface ProbeLabels {
  observed: Record<Observed, string>;
  notProbed: string;
  running: string;
}

/** The rows of the page's list of probes, which show the checks of a verification as they are made. */
export class ProbeRows {
  #section: HTMLElement;
  #labels: ProbeLabels;

  constructor(section: HTMLElement, labels: ProbeLabels) {
    this.#section = section;
    this.#labels = labels;
  }

  /** The correct ID is probed first, the other probes only if it is allowed. */
  start(): void {
    for (const row of this.#rows()) setState(row, 'pending', this.#labels.notProbed);
    setState(this.#row('correct'), 'running', this.#labels.running);
  }

  show({ probe, observed, expected }: Check): void {
    const state = observed === 'unknown' ? 'pending' : observed === expected ? 'passed' : 'failed';
    setState(this.#row(probe), state, this.#labels.observed[observed]);
    if (probe !== 'correct' || observed !== 'allowed') return;
    for (const row of this.#rows())
      if (row.dataset.state === 'pending') setState(row, 'running', this.#labels.running);
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
