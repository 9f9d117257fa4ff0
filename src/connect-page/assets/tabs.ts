import { queryAll } from './dom.ts';

const STORAGE_KEY = 'countersign.setup-method';

/**
 * Turns the sections of a container into tabs, as the "Tabs Pattern" of the WAI-ARIA Authoring Practices describes. The
 * selection is stored, so that the customer finds it again on the next visit.
 */
export function createTabs(container: HTMLElement): void {
  const panels = queryAll('[data-tab]', container);
  const tabs = panels.map(createTab);
  const select = (index: number): void => {
    for (const [i, tab] of tabs.entries()) setSelected(tab, panels[i], i === index);
  };
  const selectByUser = (index: number): void => {
    select(index);
    tabs[index]?.focus();
    storeSelection(panels[index]?.id ?? '');
  };
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener('click', () => selectByUser(i));
    tab.addEventListener('keydown', (event) => {
      const target = targetOfKey(event.key, i, tabs.length);
      if (target === undefined) return;
      event.preventDefault();
      selectByUser(target);
    });
  }
  container.classList.add('tabbed');
  container.prepend(createTabList(container.dataset.tabs ?? '', tabs));
  const preferred = [readSelection(), container.dataset.defaultTab]
    .map((id) => panels.findIndex((panel) => panel.id === id))
    .find((index) => index >= 0);
  select(preferred ?? 0);
}

function createTabList(label: string, tabs: readonly HTMLElement[]): HTMLElement {
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', label);
  list.append(...tabs);
  return list;
}

function createTab(panel: HTMLElement): HTMLButtonElement {
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.id = `tab-${panel.id}`;
  tab.textContent = panel.dataset.tab ?? '';
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', panel.id);
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  panel.tabIndex = 0;
  return tab;
}

function setSelected(tab: HTMLElement, panel: HTMLElement | undefined, isSelected: boolean): void {
  tab.setAttribute('aria-selected', String(isSelected));
  tab.tabIndex = isSelected ? 0 : -1;
  if (panel) panel.hidden = !isSelected;
}

/** The tab that a key moves to from the tab at `index`; undefined for keys that move nowhere. */
function targetOfKey(key: string, index: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case 'ArrowRight':
      return index === last ? 0 : index + 1;
    case 'ArrowLeft':
      return index === 0 ? last : index - 1;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function storeSelection(id: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // The browser denies storage. The tabs work without it.
  }
}

function readSelection(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
