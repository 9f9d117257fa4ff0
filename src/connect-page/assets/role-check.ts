import { messageOf, queryRequired } from '../../pages/assets/dom.ts';
import type { RoleCheck } from '../script-messages.ts';
import { t } from './messages.ts';
import { postJson } from './post-json.ts';

/** The pause in typing after which the input is checked. */
const DEBOUNCE_MS = 300;

/** Checks the role while the customer types. The server checks it, so that the rules exist only once. */
export function checkRoleWhileTyping(form: HTMLFormElement): void {
  const input = queryRequired<HTMLInputElement>('[name=role]', form);
  const status = queryRequired('.field-status', form);
  // Tells the server that the next page can verify by itself.
  form.append(createHiddenField('script', 'on'));
  let latestCheck = 0;
  let timer: number | undefined;

  const showStatus = (text: string, kind: '' | 'good' | 'bad'): void => {
    status.textContent = text;
    status.className = kind === '' ? 'field-status' : `field-status ${kind}`;
    if (kind === 'bad') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };

  const check = async (): Promise<void> => {
    latestCheck += 1;
    const thisCheck = latestCheck;
    if (input.value.trim() === '') return showStatus('', '');
    const result = await requestCheck(form.dataset.roleCheck ?? '', input.value);
    // Responses may arrive in another order than their requests: only the latest one counts.
    if (thisCheck !== latestCheck) return;
    if (!result.fits) showStatus(result.message, 'bad');
    else showStatus(describeRole(result.roleArn, input.value), 'good');
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(check, DEBOUNCE_MS);
  });
}

function createHiddenField(name: string, value: string): HTMLInputElement {
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = name;
  field.value = value;
  return field;
}

async function requestCheck(url: string, role: string): Promise<RoleCheck> {
  try {
    return await postJson<RoleCheck>(url, { role });
  } catch (error) {
    return { fits: false, message: messageOf(error) };
  }
}

function describeRole(roleArn: string, typed: string): string {
  return roleArn === typed.trim() ? t('script.roleArn') : t('script.roleMeans', { role: roleArn });
}
