import { queryAll } from '../../pages/assets/dom.ts';

const STORAGE_KEY = 'countersign.setup-method';

/** Stores which method the customer chose, and chooses it again on the next visit. */
export function rememberSetupMethod(container: HTMLElement): void {
  const stored = readChoice();
  for (const radio of queryAll<HTMLInputElement>('[name=method]', container)) {
    if (radio.value === stored) radio.checked = true;
    radio.addEventListener('change', () => storeChoice(radio.value));
  }
}

function storeChoice(method: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, method);
  } catch {
    // The browser denies storage. The page works without it.
  }
}

function readChoice(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
