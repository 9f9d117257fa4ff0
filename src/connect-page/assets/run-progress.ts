import { messageOf, queryRequired } from '../../pages/assets/dom.ts';
import type { RunProgress } from '../script-messages.ts';
import { t } from './messages.ts';

const POLL_INTERVAL_MS = 1500;

/** Polls the progress of a verification run and shows it until the run is finished. */
export function followRun(section: HTMLElement): void {
  const status = queryRequired('[data-status]', section);
  section.querySelector('[data-manual-refresh]')?.remove();
  const poll = async (): Promise<void> => {
    try {
      const run = await fetchProgress(section.dataset.run ?? '');
      showBadges(section, run);
      queryRequired<HTMLProgressElement>('progress', section).value = run.done;
      const text = describeProgress(run);
      // Assigned only if it differs, because screen readers announce each assignment.
      if (status.textContent !== text) status.textContent = text;
      if (run.status === 'running') setTimeout(poll, POLL_INTERVAL_MS);
    } catch (error) {
      status.textContent = messageOf(error);
    }
  };
  void poll();
}

async function fetchProgress(url: string): Promise<RunProgress> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  const content = await response.json();
  if (!response.ok) throw new Error(content.detail ?? t('script.failed'));
  return content;
}

function showBadges(section: HTMLElement, run: RunProgress): void {
  for (const { connectionId, badge, text } of run.connections) {
    const element = queryRequired(`[data-connection="${connectionId}"] .badge`, section);
    if (element.textContent === text) continue;
    element.textContent = text;
    element.className = `badge ${badge}`;
  }
}

function describeProgress({ status, done, total, verified, waitingSeconds }: RunProgress): string {
  const progress = t('run.progress', { done, total, verified });
  if (status === 'finished') return `${progress} ${t('run.finished')}`;
  return waitingSeconds > 0 ? `${progress} ${t('run.continuesIn', { seconds: waitingSeconds })}` : progress;
}
