import { activateCopyButton } from '../../pages/assets/copy-button.ts';
import { messageOf, queryAll, queryRequired } from '../../pages/assets/dom.ts';
import { ProbeRows } from '../../pages/assets/probe-rows.ts';
import { runVerification, type VerificationResult } from '../../pages/assets/run-verification.ts';
import type { ScriptText } from '../script-texts.ts';
import { t } from './messages.ts';

/** In IAM a new role or policy takes seconds, rarely a minute, to work everywhere. */
const MAX_RETRY_MS = 120_000;
const RETRY_DELAYS_SECONDS = [5, 5, 8, 10, 12, 15];

/** Outcomes after which a retry can help, with what the customer reads meanwhile. */
const RETRY_REASONS: Partial<Record<VerificationResult['outcome'], ScriptText>> = {
  not_assumable: 'script.retryNotAssumable',
  inconclusive: 'script.retryInconclusive',
  rate_limited: 'script.retryRateLimited',
};

/** Verifies without leaving the page, and at once if the customer came by "Verify connection". */
export function startVerificationPanel(section: HTMLElement): void {
  const form = section.querySelector<HTMLFormElement>('[data-verify-form]');
  // A disabled connection has no form.
  if (form === null) return;
  const panel = new VerificationPanel(section, queryRequired<HTMLButtonElement>('button', form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    panel.start();
  });
  if (location.hash === '#verify') {
    // Loading the page again shows the result, and does not ask AWS once more.
    history.replaceState(null, '', location.pathname);
    panel.start();
  }
}

class VerificationPanel {
  #section: HTMLElement;
  #button: HTMLButtonElement;
  #probeRows: ProbeRows;
  #retryUntil = 0;
  #retries = 0;

  constructor(section: HTMLElement, button: HTMLButtonElement) {
    this.#section = section;
    this.#button = button;
    this.#probeRows = new ProbeRows(section, {
      observed: {
        allowed: t('observed.allowed'),
        denied: t('observed.denied'),
        unknown: t('observed.unknown'),
      },
      notProbed: t('observed.notChecked'),
      running: t('script.checking'),
    });
  }

  start(): void {
    this.#retryUntil = Date.now() + MAX_RETRY_MS;
    this.#retries = 0;
    void this.#verify();
  }

  async #verify(): Promise<void> {
    this.#showProgress();
    try {
      this.#probeRows.start();
      const result = await runVerification(
        this.#section.dataset.verification ?? '',
        (check) => this.#probeRows.show(check),
        t('script.interrupted'),
      );
      const reason = RETRY_REASONS[result.outcome];
      const waitSeconds = Math.max(result.retryAfterSeconds ?? 0, this.#nextDelaySeconds());
      const canRetry = Date.now() + waitSeconds * 1000 < this.#retryUntil;
      if (reason !== undefined && canRetry) this.#waitAndRetry(t(reason), waitSeconds);
      else await this.#showResult();
    } catch (error) {
      queryRequired('h1', this.#section).textContent = t('script.notFinished');
      this.#announce(messageOf(error));
      delete this.#section.dataset.verifying;
    }
  }

  #nextDelaySeconds(): number {
    const delay = RETRY_DELAYS_SECONDS[Math.min(this.#retries, RETRY_DELAYS_SECONDS.length - 1)];
    this.#retries += 1;
    return delay ?? 0;
  }

  /** Counts the seconds down, then verifies again. The customer can stop waiting and see the result so far. */
  #waitAndRetry(reason: string, waitSeconds: number): void {
    const countdown = document.createElement('p');
    countdown.setAttribute('aria-hidden', 'true');
    const stopButton = document.createElement('button');
    stopButton.type = 'button';
    stopButton.className = 'secondary';
    stopButton.textContent = t('script.stopWaiting');
    this.#announce(`${reason} ${t('script.retrying')}`, countdown, stopButton);

    const retryAt = Date.now() + waitSeconds * 1000;
    const tick = (): void => {
      const seconds = Math.ceil((retryAt - Date.now()) / 1000);
      if (seconds > 0) {
        countdown.textContent = t('script.nextTry', { seconds });
        return;
      }
      clearInterval(timer);
      void this.#verify();
    };
    const timer = setInterval(tick, 250);
    stopButton.addEventListener('click', () => {
      clearInterval(timer);
      void this.#showResult();
    });
    tick();
  }

  /** Shows that a verification runs, in the places that are reserved for its outcome and its checks. */
  #showProgress(): void {
    const title = document.createElement('h1');
    title.textContent = t('script.verifying');
    queryRequired('#outcome', this.#section).replaceChildren(title);
    queryRequired('[data-outcome]', this.#section).className = 'card outcome pending';
    queryRequired<HTMLDetailsElement>('.checks', this.#section).open = true;
    this.#section.dataset.verifying = '';
    this.#announce(t('script.asking'));
  }

  /** Replaces the result with the one that the server renders now, and moves the focus to it. */
  async #showResult(): Promise<void> {
    const response = await fetch(this.#section.dataset.page ?? '', { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const rendered = page.querySelector('[data-verification]');
    if (!response.ok || rendered === null) return location.reload();
    for (const selector of ['[data-outcome]', '.checks', '#fix']) {
      const replacement = document.importNode(queryRequired(selector, rendered), true);
      queryRequired(selector, this.#section).replaceWith(replacement);
    }
    document.title = page.title;
    // A role that was verified can no longer be removed from the list.
    if (!page.querySelector('[data-removal]')) document.querySelector('[data-removal]')?.remove();
    for (const button of queryAll('[data-copy]', this.#section))
      if (button.hidden) activateCopyButton(button, t('copy.copied'));
    const renderedButton = rendered.querySelector<HTMLButtonElement>('[data-verify-form] button');
    if (renderedButton === null) return location.reload();
    this.#button.textContent = renderedButton.textContent;
    this.#button.className = renderedButton.className;
    delete this.#section.dataset.verifying;
    queryRequired('#outcome', this.#section).focus();
  }

  /** Shows a text in the live region, which screen readers announce. */
  #announce(text: string, ...more: Node[]): void {
    const line = document.createElement('p');
    line.textContent = text;
    queryRequired('#live', this.#section).replaceChildren(line, ...more);
  }
}
