import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import { formatAge } from '../../pages/format-age.ts';
import type { ConsoleContext } from '../console-context.ts';

/** The head of a page: where it is, its title, what it is about, and what one can do here. */
export function pageHead(head: {
  title: string;
  /** The pages above this one, below the console's own path. */
  crumbs?: readonly { path: string; label: string }[];
  context: ConsoleContext;
  status?: Html | undefined;
  lead?: Html | string;
  actions?: Html | false;
}): Html {
  const { context, title, crumbs = [], status, lead, actions } = head;
  return html`<div class="page-head"><div>
${crumbs.length > 0 && html`<p class="crumbs">${crumbs.map(({ path, label }) => html`<a href="${context.consolePath}${path}">${label}</a> / `)}</p>`}
<h1>${title} ${status}</h1>${lead !== undefined && html`<p>${lead}</p>`}</div>
${actions && html`<div class="actions">${actions}</div>`}</div>`;
}

export type Tone = 'good' | 'bad' | 'pending' | 'neutral';

const STATUS_TONES: Record<string, Tone> = {
  verified: 'good',
  active: 'good',
  working: 'good',
  enabled: 'good',
  delivered: 'good',
  insecure: 'bad',
  unreachable: 'bad',
  failing: 'bad',
  failed: 'bad',
  pending: 'pending',
  suspended: 'pending',
  unknown: 'pending',
};

/** A status as a colored pill with its name. Those that nobody has to act on are gray. */
export function pill(status: string, label: string): Html {
  return html`<span class="pill ${STATUS_TONES[status] ?? 'neutral'}">${label}</span>`;
}

export interface Table {
  /** Names the table for screen readers. */
  label: string;
  columns: readonly (string | { label: string; kind: 'number' | 'minor' | 'actions' })[];
  rows: readonly (readonly (Html | string | number | null)[])[];
  /** Shown in place of a table without rows: why it is empty, and the next action. */
  empty: Html | string;
}

/** A table in a card. Narrow windows leave out the columns that are `minor`. */
export function table({ label, columns, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<div class="card empty">${empty}</div>`;
  const cellClass = (index: number): string => {
    const column = columns[index];
    return typeof column === 'object' ? `${column.kind}-cell` : '';
  };
  return html`<div class="card table-card"><div class="table-scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${columns.map(
    (column, i) =>
      html`<th scope="col" class="${cellClass(i)}">${typeof column === 'string' ? column : column.kind === 'actions' ? html`<span class="visually-hidden">${column.label}</span>` : column.label}</th>`,
  )}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, i) => html`<td class="${cellClass(i)}">${cell ?? html`<span class="muted">–</span>`}</td>`)}</tr>`)}</tbody>
</table></div></div>`;
}

/** Leads to the next page of a list, and back to its beginning. The filters stay. */
export function pager({ consolePath, page }: ConsoleContext, nextCursor: string | null): Html | false {
  const [path = '', query = ''] = page.split('?');
  const parameters = new URLSearchParams(query);
  const isFirst = !parameters.has('cursor');
  if (isFirst && nextCursor === null) return false;
  const link = (cursor: string | null, label: string): Html => {
    if (cursor === null) parameters.delete('cursor');
    else parameters.set('cursor', cursor);
    const search = parameters.size === 0 ? '' : `?${parameters}`;
    return html`<a class="button secondary" href="${consolePath}${path}${search}">${label}</a>`;
  };
  return html`<nav class="pager" aria-label="Pages">${!isFirst && link(null, 'First page')} ${nextCursor !== null && link(nextCursor, 'Next page')}</nav>`;
}

/** How long ago something was; the absolute time on pointing at it. The page's script keeps it right. */
export function timeAgo({ now }: ConsoleContext, time: Date | string): Html {
  const date = new Date(time);
  const seconds = Math.floor((now.getTime() - date.getTime()) / 1000);
  const absolute = formatTime(date);
  if (seconds < 0) return html`<time class="nowrap" datetime="${date.toISOString()}">${absolute}</time>`;
  return html`<time class="nowrap" datetime="${date.toISOString()}" title="${absolute}" data-age="${seconds}">${formatAge(seconds)}</time>`;
}

/** A button that changes something at once. */
export function postButton(
  { consolePath }: ConsoleContext,
  button: { path: string; label: string; kind?: 'primary' | 'secondary' | 'plain' },
): Html {
  const { path, label, kind = 'secondary' } = button;
  return html`<form method="post" action="${consolePath}${path}"><button type="submit" class="${kind === 'primary' ? '' : kind}">${label}</button></form>`;
}

/** A field of each form whose repetition would create something again: see `submitOnce`. */
export const formTokenField = ({ formToken }: ConsoleContext): Html =>
  html`<input type="hidden" name="formToken" value="${formToken}">`;

/** An action with consequences: what it does, and a second button. It works without script. */
export function confirmedAction(
  context: ConsoleContext,
  action: {
    path: string;
    label: string;
    explanation: string;
    confirm: string;
    isHarmless?: boolean;
    /** Doing it again would undo the first time. */
    isOnce?: boolean;
  },
): Html {
  const { path, label, explanation, confirm, isHarmless = false, isOnce = false } = action;
  return html`<details class="confirm"><summary class="button secondary">${label}</summary><div class="confirm-menu"><p>${explanation}</p>
<form method="post" action="${context.consolePath}${path}">${isOnce && formTokenField(context)}<button type="submit"${!isHarmless && html` class="danger"`}>${confirm}</button></form></div></details>`;
}

/** A value in the line of a text, with a button that copies it. */
export function copyable(id: string, label: string, value: string): Html {
  return html`<span class="copyable"><code id="${id}">${value}</code><button type="button" class="copy" data-copy="${id}" hidden>Copy<span class="visually-hidden"> ${label}</span></button></span>`;
}

/** Named values, side by side. */
export function facts(list: readonly (readonly [label: string, value: Html | string | null])[]): Html {
  return html`<dl class="facts">${list.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value ?? html`<span class="muted">–</span>`}</dd></div>`)}</dl>`;
}

/** A choice among a few values, as the filter of a list. */
export function selectField(
  name: string,
  label: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string | undefined,
): Html {
  return html`<div><label for="filter-${name}">${label}</label><select id="filter-${name}" name="${name}"><option value="">Any</option>${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select></div>`;
}

/** A text as the filter of a list. */
export function textField(name: string, label: string, value: string | undefined, placeholder = ''): Html {
  return html`<div><label for="filter-${name}">${label}</label><input id="filter-${name}" name="${name}" value="${value}" placeholder="${placeholder}" maxlength="2048" autocomplete="off" spellcheck="false"></div>`;
}

/** The form of a list's filters. */
export function filterForm({ consolePath }: ConsoleContext, path: string, fields: readonly Html[]): Html {
  return html`<form class="filters" action="${consolePath}${path}">${fields}<button type="submit" class="secondary">Filter</button></form>`;
}

/** The ID of what a row is about, in a line of its own. Narrow windows leave it out. */
export const idLine = (id: string): Html => html`<code class="id-line">${id}</code>`;
