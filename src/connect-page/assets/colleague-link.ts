import { activateCopyButton } from '../../pages/assets/copy-button.ts';
import { messageOf, queryRequired } from '../../pages/assets/dom.ts';
import type { ColleagueLink } from '../script-messages.ts';
import { t } from './messages.ts';
import { postJson } from './post-json.ts';

/** Shows the new link in place of the form, so that the customer stays on the page. */
export function fetchColleagueLinkOnSubmit(form: HTMLFormElement): void {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = queryRequired<HTMLButtonElement>('button', form);
    button.disabled = true;
    const status = document.createElement('p');
    status.setAttribute('role', 'status');
    form.querySelector('[role=status]')?.remove();
    form.append(status);
    try {
      const { url } = await postJson<ColleagueLink>(form.action, {});
      showLink(form, status, url);
    } catch (error) {
      status.textContent = messageOf(error);
      button.disabled = false;
    }
  });
}

function showLink(form: HTMLFormElement, status: HTMLElement, url: string): void {
  const text = document.createElement('pre');
  text.id = 'colleague-link';
  text.tabIndex = 0;
  text.setAttribute('role', 'region');
  text.setAttribute('aria-label', t('copy.link'));
  text.textContent = url;

  const copyButton = document.createElement('button');
  copyButton.type = 'button';
  copyButton.className = 'copy';
  copyButton.dataset.copy = text.id;
  copyButton.append(t('copy.copy'));

  const bar = document.createElement('div');
  bar.className = 'code-bar';
  const label = document.createElement('span');
  label.className = 'code-label';
  label.textContent = t('copy.link');
  bar.append(label, copyButton);
  const box = document.createElement('div');
  box.className = 'code';
  box.append(bar, text);
  form.replaceChildren(status, box);
  activateCopyButton(copyButton, t('copy.copied'));
  copyButton.focus();
  status.textContent = t('script.linkCreated');
}
