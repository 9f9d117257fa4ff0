import { PROBLEMS, type Problem, type ProblemCode } from '../../http/problem.ts';
import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { layout } from './layout.ts';

/** Titles where the API's own speak of keys or requests. */
const TITLES: Partial<Record<ProblemCode, string>> = {
  unauthorized: 'You are signed out',
  forbidden: 'You may not do this',
  not_found: 'This page does not exist',
  conflict: 'This is not possible now',
  validation_failed: 'Something in the form is not valid',
};

/** Details where the API's own speak of a key. */
const DETAILS: Partial<Record<ProblemCode, string>> = {
  not_found: 'It may have been deleted, or the address is not complete.',
};

/** An error, and the way back. */
export function problemPage(
  context: ConsoleContext,
  problem: Problem,
  { requestId, backPath }: { requestId: string; backPath: string | null },
): Html {
  const title = TITLES[problem.code] ?? PROBLEMS[problem.code].title;
  return layout(
    context,
    title,
    html`<section class="card notice"><h1>${title}</h1><p>${DETAILS[problem.code] ?? problem.detail}</p>
${problem.errors !== undefined && html`<ul>${problem.errors.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}</ul>`}
<p>${wayOn(context, problem, backPath)}</p>
<p class="small">Request <code>${requestId}</code></p></section>`,
  );
}

function wayOn({ consolePath }: ConsoleContext, { code }: Problem, backPath: string | null): Html {
  if (code === 'unauthorized') return html`<a class="button" href="${consolePath}/sign-in">Sign in</a>`;
  return backPath === null
    ? html`<a class="button" href="${consolePath}">Overview</a>`
    : html`<a class="button" href="${backPath}">Back</a>`;
}
