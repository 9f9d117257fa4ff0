import type { Problem } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import type { FormValues } from '../submitted-form.ts';

/** What a form shows: what was typed before, and why it was refused. */
export interface FormState {
  values: FormValues;
  problem: Problem | null;
}

export const EMPTY_FORM: FormState = { values: {}, problem: null };

interface Field {
  name: string;
  label: string;
  hint?: string;
}

/** Why the form was refused. Messages that belong to no field of the form are here. */
export function formProblem({ problem }: FormState, fields: readonly string[]): Html | false {
  if (problem === null) return false;
  const { code, detail, errors = [] } = problem;
  const others = errors.filter(({ path }) => !fields.includes(fieldOf(path)));
  const summary =
    code === 'not_found'
      ? 'Something that the form names does not exist.'
      : errors.length > 0
        ? 'Nothing was changed. Correct what is marked below.'
        : detail;
  return html`<div class="refused" role="alert"><p>${summary}</p>${others.length > 0 && html`<ul>${others.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}</ul>`}</div>`;
}

const fieldOf = (path: string): string => path.split('.')[0] ?? '';

function messagesOf({ problem }: FormState, name: string): string | null {
  const messages = (problem?.errors ?? []).filter(({ path }) => fieldOf(path) === name);
  return messages.length === 0 ? null : messages.map(({ message }) => message).join('; ');
}

export function inputField(
  form: FormState,
  field: Field & { type?: 'text' | 'url' | 'date' | 'number'; required?: boolean; placeholder?: string },
): Html {
  const { name, type = 'text', required = false, placeholder = '' } = field;
  return labelled(
    form,
    field,
    (attributes) =>
      html`<input id="${name}" name="${name}" type="${type}" value="${form.values[name]}" placeholder="${placeholder}"${required && html` required`} maxlength="2048" autocomplete="off" spellcheck="false"${attributes}>`,
  );
}

export function textArea(form: FormState, field: Field & { rows: number; placeholder?: string }): Html {
  const { name, rows, placeholder = '' } = field;
  return labelled(
    form,
    field,
    (attributes) =>
      // The browser drops one line feed after the tag, and would else drop one of the text.
      html`<textarea id="${name}" name="${name}" rows="${rows}" placeholder="${placeholder}" spellcheck="false" autocomplete="off"${attributes}>
${form.values[name]}</textarea>`,
  );
}

export function choiceField(
  form: FormState,
  field: Field & { options: readonly (readonly [value: string, label: string])[] },
): Html {
  const { name, options } = field;
  return labelled(
    form,
    field,
    (attributes) =>
      html`<select id="${name}" name="${name}"${attributes}>${options.map(
        ([value, label]) =>
          html`<option value="${value}"${form.values[name] === value && html` selected`}>${label}</option>`,
      )}</select>`,
  );
}

/** A control with its label, its hint, and why it was refused. */
function labelled(form: FormState, { name, label, hint }: Field, control: (attributes: Html) => Html): Html {
  const message = messagesOf(form, name);
  const attributes = html`${(hint !== undefined || message !== null) && html` aria-describedby="${name}-hint"`}${message !== null && html` aria-invalid="true"`}`;
  return html`<div class="field"><label for="${name}">${label}</label>${control(attributes)}${
    (message !== null || hint !== undefined) &&
    html`<p id="${name}-hint" class="hint${message !== null && ' bad'}">${message ?? hint}</p>`
  }</div>`;
}

/** A box that is sent as `on` if it is checked. */
export function checkbox(form: FormState, { name, label, hint }: Field): Html {
  return html`<div class="check"><input id="${name}" name="${name}" type="checkbox"${form.values[name] === 'on' && html` checked`}${hint !== undefined && html` aria-describedby="${name}-hint"`}><label for="${name}">${label}</label>${hint !== undefined && html`<p id="${name}-hint" class="hint">${hint}</p>`}</div>`;
}
