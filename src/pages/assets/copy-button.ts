const CONFIRMATION_MS = 2000;

/**
 * Shows a copy button and makes it copy the text of the element that its `data-copy` names.
 * @param confirmation what the button says for a moment after it has copied
 */
export function activateCopyButton(button: HTMLElement, confirmation = 'Copied'): void {
  // The button's first node is its visible label; a label for screen readers follows.
  const label = button.firstChild;
  const source = document.getElementById(button.dataset.copy ?? '');
  if (label === null || source === null) return;
  const text = label.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (!(await writeToClipboard(source.textContent ?? ''))) {
      // The browser denies access to the clipboard: select the text, so that the customer can copy it.
      getSelection()?.selectAllChildren(source);
      return;
    }
    label.textContent = confirmation;
    button.dataset.copied = '';
    setTimeout(() => {
      label.textContent = text;
      delete button.dataset.copied;
    }, CONFIRMATION_MS);
  });
}

async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
