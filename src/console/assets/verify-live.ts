import { messageOf, queryRequired } from '../../pages/assets/dom.ts';
import { ProbeRows } from '../../pages/assets/probe-rows.ts';
import { runVerification } from '../../pages/assets/run-verification.ts';
import { NOT_PROBED_LABEL, OBSERVED_LABELS } from '../views/labels.ts';

/** Shows each probe while it is made, and then the page as the server renders it with the result. */
export function verifyLive(section: HTMLElement): void {
  const form = document.querySelector<HTMLFormElement>('[data-verify-form]');
  if (form === null) return;
  const button = queryRequired<HTMLButtonElement>('button', form);
  const live = queryRequired('[data-live]', section);
  const rows = new ProbeRows(section, {
    observed: OBSERVED_LABELS,
    notProbed: NOT_PROBED_LABEL,
    running: 'Probing…',
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    live.textContent = 'Asking AWS now.';
    rows.start();
    try {
      const { outcome } = await runVerification(form.action, (check) => rows.show(check));
      if (outcome === 'rate_limited')
        throw new Error('Too many verifications in the last minute. Wait a moment.');
      location.assign(`${location.pathname}?done=verified`);
    } catch (error) {
      live.textContent = messageOf(error);
      button.disabled = false;
    }
  });
}
